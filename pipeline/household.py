"""People to households: the register's 세대, and doors where nobody is registered."""

from pipeline.warehouse import Warehouse

# Table of contents: the members are needed to link accounts, and the links to know
# at which doors somebody lives where nobody is registered.
MEMBER_TABLES = (
    "core/_household_step",
    "core/_household_last",
    "core/_household_spell",
    "core/core_household_alias",
    "core/core_household_spell",
    "core/core_household_member",
    "core/core_person_key",
    "core/core_register_difference",
)
HOUSEHOLD_TABLES = ("core/core_household",)
DOUBT_TABLES = (
    "core/_address_sign_rule",
    "core/_address_sign",
    "core/core_address_doubt",
)


def registered_household_id(registry_no_key: str) -> str:
    """The id of a registered household, from its keyed 세대번호.

    The SQL of core_household_member says the same; a test holds them together.
    """
    return "H" + registry_no_key[:15]


def address_doubts(warehouse: Warehouse) -> list[tuple[str, int]]:
    """How many households in doubt bear each sign that they live elsewhere.

    Grain: sign; the first line, `any`, counts every household in doubt once.
    """
    rows = warehouse.rows(
        "SELECT sign, count(*) FROM (SELECT unnest(signs) AS sign "
        "FROM core_address_doubt) AS s GROUP BY sign ORDER BY sign"
    )
    ((doubted,),) = warehouse.rows("SELECT count(*) FROM core_address_doubt")
    return [("any", int(doubted)), *((str(sign), int(n)) for sign, n in rows)]
