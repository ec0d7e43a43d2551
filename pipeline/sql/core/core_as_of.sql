-- grain: one row
-- params: as_of
-- why: the day that all core tables speak of; whoever reads them later can ask whether it is still the day meant
SELECT CAST($as_of AS DATE) AS as_of
