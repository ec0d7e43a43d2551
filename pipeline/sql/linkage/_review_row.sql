-- grain: source, account_key
-- params: none
-- home: temp
-- why: the grey zone as an officer reads it: what stands on the account beside what the register says of the two best households. Birth dates and phones only say whether they agree.
WITH side AS (
    SELECT
        r.*, p.name AS registered_name,
        concat_ws(' ', p.address, p.detail) AS registered_address
    FROM _review AS r
    INNER JOIN _register_person AS p ON r.person_key = p.person_key
    WHERE NOT r.is_protected
)
SELECT
    one.source, one.account_key,
    a.name AS written_name, concat_ws(' ', a.address, a.detail) AS written_address,
    one.household_id AS household_1, one.probability AS probability_1,
    one.registered_name AS name_1, one.registered_address AS address_1,
    one.birth_level AS birth_1, one.phone_level AS phone_1,
    two.household_id AS household_2, two.probability AS probability_2,
    two.registered_name AS name_2, two.registered_address AS address_2,
    two.birth_level AS birth_2, two.phone_level AS phone_2
FROM side AS one
INNER JOIN _account AS a ON one.source = a.source AND one.account_no = a.account_no
LEFT JOIN side AS two
    ON one.source = two.source AND one.account_no = two.account_no AND two.place = 2
WHERE one.place = 1
ORDER BY one.probability DESC, one.source, one.account_key
