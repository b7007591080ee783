"""A company as code: a folder under `tenants/` and the database, brought into one form to plant, compare and export.

`tenants/<slug>/` holds `tenant.toml`, `brand/`, `legal/`, `masterdata/*.csv` and a folder per module. Beyond what the
demo companies show, `tenant.toml` takes

* `[[contract]]` instead of `[contract]` for several contracts; `ends` is exclusive there, `timezone` the company's,
* `[[overrides]]`: module, effect (grant or deny), starts, ends (exclusive), reason,
* `[modules.<slug>] properties = ["…"]`: the module is for these properties only,
* `[brand] logo_dark`, `cover_dark`: pictures for dark pages, where a drawing does not bring its own,
* `[brand] corners` (`square`, `soft`, `round`) and `density` (`compact`), where they are not as the theme draws them,
* `[[team]] person = "…"`: staff who stand in `people.csv` too; then no names here,
* `[settings]`: where the company's switches stand, by the keys that the API knows; a module's are quoted,
* `[settings_in."<property>"]`: switches that stand otherwise there, by the same keys,
* `[mail]`: how it signs: `sender_name`, `reply_to`, `footer`, a text per language; `paces`: how soon mails
  of a kind (quoted) come to who has not chosen; `in_app` and `push`: whether a kind (quoted) stands under their bell
  and rings their devices, true or false,
* `unit_quota` in a contract: how many units it covers; without it as many as they like; `file_quota`, gigabytes;
  `stage` draft, offered or accepted (the usual), `currency`, `begins_at` ("14:30", on its first day), `grace_days` and
  `read_only_days`; in a line `quantity`, `price` (a text: "120.00") with its `period`, what it `needs`, and the
  `version` of the catalogue that was sold (`quartier catalogue export` writes these as a file, to be applied first),
* `[[trials]]`: module, starts, ends (exclusive), reason. A module is tried once.

Homes and people come into `masterdata/` in one of two forms. `masterdata/import/` takes what the company's own program
exports, in any form that an import reads; `apply` imports it, and that is how the demo companies get theirs. What
`export` writes are our own five tables, `properties`, `buildings`, `units`, `people` and `occupancies` (`.csv`): they
hold all that we keep, are compared cell by cell, and suit a small estate that no program knows. Nothing may stand in
both. A table needs the columns of `from_files.NEEDED`; a further column that it does not have is left as it is. In
`occupancies.csv` the last day is inclusive, and `BRU-M002:household` among the people lives there without being on the
contract; other roles stand there in the same way. Rows that have no external id are known by our id. Pictures of
properties are not part of the folder.

`masterdata/accounts.csv` says by external id whose people have a sign-in, wherever they came from; grants and modules
name places in the same way. So `apply` goes in this order: the company and its tables, the export, accounts, modules
and team. Each part writes only what differs.
"""
