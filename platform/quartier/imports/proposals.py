"""What an exchange set says about the team and its rights: proposals, for a file gives nobody a right."""

from __future__ import annotations

from typing import Any, Final

from quartier.imports.driver import Driver, rows

MOST: Final = 200
SAID: Final = {
    "agents": "agentPermissions", "propertyTeams": "", "userRelations": "jobRole", "agentPermissions": "agentType",
}  # fmt: skip
"""Files that speak of the team → the column that says what somebody is to be."""

KEPT: Final = """
    SELECT resource, count(*)::int AS number FROM staged_record WHERE left(resource, 6) <> 'remap:'
     GROUP BY resource ORDER BY resource
"""
WISHES: Final = """
    SELECT resource, op, data, CASE resource WHEN 'agents' THEN key ELSE data ->> 'agentId' END AS agent,
           coalesce(data ->> 'resourceId', data ->> 'propertyId') AS place
      FROM staged_record
     WHERE resource = ANY(%(team)s)
       AND (resource <> 'agents' OR data ? 'agentPermissions' OR data ? 'receiveAdminNotifications')
     ORDER BY file, line LIMIT %(most)s
"""
NAMES: Final = """
    SELECT external_id AS id, concat_ws(' ', given_name, family_name) AS name FROM person
     WHERE external_id = ANY(%(ids)s)
    UNION ALL SELECT ext, concat_ws(' ', given_name, family_name) FROM staged_person WHERE ext = ANY(%(ids)s)
    UNION ALL SELECT external_id, name FROM property WHERE external_id = ANY(%(ids)s)
    UNION ALL SELECT ext, name FROM staged_property WHERE ext = ANY(%(ids)s)
    UNION ALL SELECT external_id, coalesce(nullif(name, ''), concat_ws(' ', street, house_number)) FROM building
               WHERE external_id = ANY(%(ids)s)
    UNION ALL SELECT ext, coalesce(nullif(name, ''), concat_ws(' ', street, house_number)) FROM staged_building
               WHERE ext = ANY(%(ids)s)
    UNION ALL SELECT external_id, name FROM unit WHERE external_id = ANY(%(ids)s)
    UNION ALL SELECT ext, name FROM staged_unit WHERE ext = ANY(%(ids)s)
"""
"""What is known first and what the files say after it: the later one counts, where it says anything."""


def kept(driver: Driver) -> dict[str, int]:
    """Resource of the set → rows that are kept for the module that will want them."""
    return {row.resource: row.number for row in rows(driver, KEPT)}


def wishes(driver: Driver) -> list[dict[str, Any]]:
    """Who is to be what for which place, the first of them: as the files say it, with names instead of ids."""
    found = rows(driver, WISHES, {"team": list(SAID), "most": MOST})
    ids = sorted({one for row in found for one in (row.agent, row.place) if one})
    names = {row.id: row.name.strip() for row in rows(driver, NAMES, {"ids": ids}) if row.name} if ids else {}
    return [
        {
            "resource": row.resource, "gone": row.op == "delete",
            "agent": names.get(row.agent, row.agent), "place": names.get(row.place, row.place),
            "what": row.data.get(SAID[row.resource], ""),
            "starts": row.data.get("validFromDate", ""), "ends": row.data.get("validToDate", ""),
            "notifications": row.data.get("receiveAdminNotifications", ""),
        }
        for row in found
    ]  # fmt: skip
