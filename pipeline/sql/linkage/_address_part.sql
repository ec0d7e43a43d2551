-- grain: address_id
-- params: none
-- home: temp
-- why: a written address as comparable parts, in named steps; tests/cases/addresses.toml says what must come out. Input is _address_text (address_id, address, detail); one implementation serves register, accounts and tests. What stands behind the house number is read once per different text: a town has thousands of those and hundreds of thousands of addresses.
WITH half_width AS (
    -- Ingest has done this for files; older vault rows and typed addresses come as they are.
    SELECT
        address_id,
        translate(
            nfc_normalize(coalesce(address, '')),
            '０１２３４５６７８９（），．－–—―‑~　ＡＢＣＤ［］[]',
            '0123456789(),.-----  ABCD()()'
        ) AS address,
        translate(
            nfc_normalize(coalesce(detail, '')),
            '０１２３４５６７８９（），．－–—―‑~　ＡＢＣＤ［］[]',
            '0123456789(),.-----  ABCD()()'
        ) AS detail
    FROM _address_text
),
addressee AS (
    -- The country and a postcode of today (12345) or of before 2015 (123-456) go.
    SELECT
        address_id, detail,
        regexp_replace(
            address, '^\s*(?:대한민국\s*)?(?:\(?\d\d\d\d\d\)?\s+|\d\d\d-\d\d\d\s+|\(\d\d\d\d\d\))?\s*(?:대한민국\s*)?', ''
        ) AS address
    FROM half_width
),
brackets AS (
    -- (쌍용동, 한빛아파트): a fixed-width file may have cut the closing one.
    SELECT
        address_id,
        CASE WHEN contains(address, '(') OR contains(detail, '(') THEN
            list_transform(
                string_split(
                    array_to_string(
                        regexp_extract_all(address || ' ' || detail, '\(([^)]*)', 1), ','
                    ), ','
                ), lambda part: trim(part)
            )
        ELSE []
        END AS bracket,
        trim(regexp_replace(
            regexp_replace(address, '\([^)]*\)?', ' ', 'g'), '\s+', ' ', 'g'
        )) AS address,
        trim(regexp_replace(
            regexp_replace(detail, '\([^)]*\)?', ' ', 'g'), '\s+', ' ', 'g'
        )) AS detail
    FROM addressee
),
province AS (
    -- Provinces are written long, short, by an earlier name or not at all.
    SELECT
        address_id, bracket, detail,
        regexp_extract(
            address,
            '^((?:서울|부산|대구|인천|광주|대전|울산)(?:특별시|광역시)|(?:서울|부산|대구|인천|대전|울산)시?'
            '|세종(?:특별자치시|시)?|경기도?|강원(?:특별자치도|도)?|충청[남북]도|충[남북]'
            '|전라[남북]도|전북특별자치도|전[남북]|경상[남북]도|경[남북]|제주(?:특별자치도|도)?)?\s*(.*)$',
            ['sido', 'rest']
        ) AS p
    FROM brackets
),
district AS (
    -- 천안시 서북구, also glued (천안시서북구); 구 alone is a district of a metropolis.
    SELECT
        address_id, bracket, detail, p.sido AS sido,
        regexp_extract(
            -- Without a province in front 시…구 might be part of a road's name.
            CASE
                WHEN p.sido <> ''
                    THEN regexp_replace(p.rest, '^([가-힣]+?[시군])([가-힣]+?구)\s*', '\1 \2 ')
                ELSE regexp_replace(p.rest, '^([가-힣]+?시)([가-힣]+?구)\s+', '\1 \2 ')
            END,
            '^(?:([가-힣]+?[시군])\s+)?(?:([가-힣]+구)\s+)?(?:([가-힣]+\d?[읍면])\s+)?(.*)$',
            ['city', 'gu', 'town', 'rest']
        ) AS d
    FROM province
),
legal_dong AS (
    SELECT
        address_id, bracket, detail, sido,
        coalesce(nullif(d.city, ''), nullif(d.gu, '')) AS city,
        nullif(d.town, '') AS town,
        regexp_extract(
            -- 쌍용동123-4 and 서리산12 are dong and lot; 서리1길 12 is a road.
            regexp_replace(
                d.rest,
                '^([가-힣]+\d?(?:동|리|가))(산?\d+(?:-\d+)?)(번지|\s|,|$)', '\1 \2\3'
            ),
            '^(?:([가-힣]+\d?\d?(?:동|리|가))(?:\s+|$))?(.*)$', ['dong', 'rest']
        ) AS l
    FROM district
),
one_spelling AS (
    -- 쌍용대로 12번길 34, 쌍용대로 12 번길 34 and 쌍용대로12번길 34 are one road; 123번지
    -- 4호 is the lot 123-4, while a door has three digits.
    SELECT
        address_id, bracket, detail, sido, city, town,
        nullif(l.dong, '') AS dong,
        regexp_replace(
            regexp_replace(
                l.rest, '^(\S*로)\s*(\d+)\s*(번길|[가-힣]?길)(\s*\d)', '\1\2\3\4'
            ),
            '^(산?\s*\d+)번지\s+(\d\d?)호(\s|$)', '\1-\2\3'
        ) AS rest
    FROM legal_dong
),
numbered AS (
    SELECT
        address_id, bracket, detail, sido, city, town, dong, rest,
        regexp_extract(
            rest,
            '^([가-힣A-Za-z0-9·.]*(?:로|길))\s*(지하)?\s*(\d+)(?:\s*-\s*(\d+))?(.*)$',
            ['road', 'cellar', 'main', 'sub', 'tail']
        ) AS road,
        regexp_extract(
            rest,
            '^(산)?\s*(\d+)(?:번지)?(?:\s*-\s*(\d+))?(?:번지)?(?:의\s*(\d+))?(호?.*)$',
            ['hill', 'main', 'sub', 'of', 'tail']
        ) AS lot
    FROM one_spelling
),
placed AS MATERIALIZED (
    SELECT
        address_id, bracket, sido, city, town,
        nullif(road.road, '') AS road_name,
        CASE WHEN road.road <> '' THEN
            road.road || ' ' || road.cellar || ltrim(road.main, '0')
            || coalesce('-' || nullif(ltrim(road.sub, '0'), ''), '')
        END AS road_key,
        coalesce(
            list_filter(
                bracket, lambda part: regexp_matches(part, '^[가-힣]+\d?\d?(동|리|가)$')
            )[1],
            dong
        ) AS legal_dong,
        CASE WHEN road.road = '' AND lot.main <> '' AND coalesce(dong, town) IS NOT NULL THEN
            concat_ws(' ', town, dong) || ' ' || lot.hill
            || ltrim(lot.main, '0')
            || coalesce(
                '-' || coalesce(nullif(ltrim(lot.sub, '0'), ''), nullif(ltrim(lot.of, '0'), '')),
                ''
            )
        END AS lot_key,
        list_filter(
            list_transform(
                -- (한빛아파트 101동 502호)
                bracket, lambda part: regexp_replace(part, '\s+(\d+동\s*)?\d+호$', '')
            ),
            lambda part: part <> ''
            AND NOT regexp_matches(part, '^[가-힣]+\d?\d?(동|리|가|읍|면)$')
        )[1] AS bracket_name,
        upper(trim(
            CASE WHEN road.road <> '' THEN road.tail WHEN lot.main <> '' THEN lot.tail ELSE rest END
            || ' ' || detail || coalesce(
                ' ' || list_filter(bracket, lambda part: regexp_matches(part, '\d호$'))[1], ''
            )
        )) AS inside
    FROM numbered
),
inside AS (
    -- What stands behind the house number: building, 동, 층, 호 in one spelling.
    SELECT
        inside AS written,
        trim(regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(inside, '[,./]', ' ', 'g'),
                    '제\s*(\d)', '\1', 'g'
                ),
                '(반지하|지층|지하실|지하층)', '지하', 'g'
            ), '호실', '호', 'g'
        )) AS inside
    FROM (SELECT DISTINCT inside FROM placed) AS different
),
unit_words AS (
    SELECT
        *,
        regexp_extract(
            inside, '(?:^|[^0-9])(\d+)\s*동(?:\s*|-)\d', 1
        ) AS block_number,
        -- 가동, also glued to the name of its house (한빛빌라가동202호).
        regexp_extract(
            inside,
            '(?:^|\s|빌라|맨션|연립|주택|아파트|타운)([A-Z가나다라마바사아자차카타파하])\s*동(?:\s|\d|-|$)', 1
        ) AS block_letter,
        regexp_extract(
            inside, '(?:지하|비|B)\s*(?:\d\s*층)?\s*(\d+)\s*호', 1
        ) AS cellar_door,
        regexp_extract(inside, '(?:지하|B)\s*(\d)\s*층?', 1) AS cellar_floor,
        regexp_matches(inside, '지하') AS is_cellar,
        regexp_extract(inside, '(\d+(?:-\d+)?)\s*호', 1) AS door,
        regexp_extract(inside, '동\s*-?\s*(?:\d+\s*층\s*)?(\d\d+)(?:\s|$)', 1) AS door_after_block,
        regexp_extract(
            inside, '(?:^|\s)([0-9A-Z가나다라마바사아자차카타파하]+)\s*-\s*(\d\d+)\s*호?(?:\s|$)',
            ['first', 'second']
        ) AS dashed,
        regexp_extract(inside, '(?:^|\s)(\d\d+)$', 1) AS bare_number,
        regexp_extract(inside, '(\d+)\s*층', 1) AS storey,
        regexp_matches(inside, '옥탑') AS is_roof
    FROM inside
),
unit_parts AS (
    SELECT
        *,
        coalesce(
            nullif(block_number, ''), nullif(block_letter, ''),
            -- 3-301 repeats the storey; 101-502 and 가-201 name a building.
            CASE
                WHEN dashed.second = '' THEN NULL
                WHEN try_cast(dashed.first AS INTEGER) = try_cast(dashed.second AS INTEGER) // 100
                    THEN NULL
                ELSE dashed.first
            END
        ) AS block,
        CASE
            WHEN is_roof THEN '옥탑'
            WHEN cellar_door <> '' THEN '지하' || ltrim(cellar_door, '0')
            WHEN dashed.second <> '' THEN ltrim(dashed.second, '0')
            WHEN door <> '' THEN ltrim(door, '0')
            WHEN door_after_block <> '' THEN ltrim(door_after_block, '0')
            WHEN is_cellar THEN '지하' || coalesce(nullif(cellar_floor, ''), '1')
            WHEN storey <> '' THEN storey || '층'
            WHEN bare_number <> '' THEN ltrim(bare_number, '0')
        END AS door_key
    FROM unit_words
),
unit AS (
    SELECT
        written, block, block_number, door_key,
        nullif(trim(regexp_extract(
            regexp_replace(inside, '^(?:지하|옥탑|.동(?:\s|$)).*', ''),
            '^([가-힣][가-힣]+[가-힣A-Z0-9]*?)(?:\s*\d+\s*동|\s*[A-Z가나다라]\s*동|\s|$)', 1
        )), '') AS name_inside
    FROM unit_parts
),
named AS (
    SELECT
        p.*, u.block, u.block_number, u.door_key,
        nullif(trim(coalesce(p.bracket_name, u.name_inside)), '') AS building_name
    FROM placed AS p
    INNER JOIN unit AS u ON p.inside = u.written
)
SELECT
    n.address_id,
    -- 강원도 and 강원특별자치도, 전라북도 and 전북특별자치도 are one province.
    nullif(
        CASE
            WHEN regexp_matches(n.sido, '^(?:충청|전라|경상)')
                THEN substr(n.sido, 1, 1) || substr(n.sido, 3, 1)
            ELSE substr(n.sido, 1, 2)
        END, ''
    ) AS sido,
    n.city, n.town, n.road_name, n.road_key, n.lot_key,
    -- In 읍·면 a road address names no 리, so the 읍·면 is what two addresses share.
    coalesce(town, legal_dong) AS area,
    building_name,
    CASE WHEN door_key IS NOT NULL THEN concat_ws('-', block, door_key) END AS unit_key,
    nullif(door_key, '') AS door_key,
    (
        coalesce(regexp_matches(building_name, '아파트|APT|주공'), FALSE)
        OR (regexp_matches(block_number, '^\d\d+$') AND door_key IS NOT NULL)
    ) AS is_apartment,
    coalesce(
        regexp_matches(
            building_name, '아파트|APT|주공|빌라|연립|맨션|맨숀|오피스텔|원룸|다세대|타운|빌$|하이츠'
        ), FALSE
    ) AS is_shared_building
FROM named AS n
