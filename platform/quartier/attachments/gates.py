"""For whom files are: who may send some for a purpose, and who may see one."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from quartier.files.models import Attachment
from quartier.files.purposes import FilePurpose
from quartier.plugin.manager import Plugins
from quartier.web.gate import ReadOnly, allowed
from quartier.web.shell import shell
from quartier.web.visit import Visit


def purpose_of(plugins: Plugins, key: str) -> FilePurpose | None:
    """The purpose of that key, of a module that serves."""
    plugin = plugins.serving.get(key.partition(".")[0])
    return next((one for one in plugin.manifest.files if one.key == key), None) if plugin else None


def purpose_for(visit: Visit, key: str) -> FilePurpose:
    """A purpose for which this viewer may send files. Raises 404, and 423 where the module can only be read."""
    purpose = purpose_of(shell().plugins, key)
    if purpose is None or purpose.module not in visit.modules or not allowed(visit.viewer, purpose.needs):
        raise NotFound
    if visit.company.only_reads(purpose.module):
        raise ReadOnly(purpose.module)
    return purpose


def may_read(visit: Visit, row: Attachment) -> bool:
    """Whether this viewer may see the file: a draft of one's own, or a file of a thing that the module shows."""
    if not is_on(visit, row) or not visit.viewer.signed_in:
        return False
    if row.thing_id is None:
        return (row.account_id or row.token_id) == (visit.viewer.account_id or visit.viewer.session_id)
    module = row.purpose.partition(".")[0]
    asked = {"visit": visit, "purpose": row.purpose, "thing_id": row.thing_id}
    return any(answer is True for _slug, answer in shell().plugins.call("may_read_file", on=[module], **asked))


def is_on(visit: Visit, row: Attachment) -> bool:
    """Whether this viewer meets the module that the file is of."""
    return row.purpose.partition(".")[0] in visit.modules
