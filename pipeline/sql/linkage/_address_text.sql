-- grain: address_id
-- params: none
-- home: temp
-- why: every different written address once: the register's households, the accounts and, to learn which lot is which road number, the health insurer's
WITH written AS (
    SELECT address, detail FROM _register_person WHERE is_head
    UNION
    SELECT address, detail FROM _account
    UNION
    SELECT v.address, NULL
    FROM vault.vault_nhis AS v
    INNER JOIN stg_nhis AS n ON v.file_id = n.file_id AND v.row_no = n.row_no
)
SELECT row_number() OVER (ORDER BY address, detail) AS address_id, address, detail
FROM written
WHERE address IS NOT NULL
