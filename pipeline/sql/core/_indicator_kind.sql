-- grain: indicator_code
-- params: indicator_codes, indicator_groups, indicator_units, indicator_stays
-- home: temp
-- why: the catalogue of indicators (data_contracts/indicators.toml) where SQL can join it
SELECT
    unnest($indicator_codes) AS indicator_code,
    unnest($indicator_groups) AS sign_group,
    unnest($indicator_units) AS unit,
    unnest($indicator_stays) AS stays_months
