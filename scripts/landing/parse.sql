-- How a text is read. Every macro gives null for what it cannot read, so a value that
-- is null where the text is not blank is a fault.

-- In lower case, single blanks.
create or replace macro folded(txt) as
    lower(regexp_replace(txt, '\s+', ' ', 'g'));

-- In capitals, no blanks.
create or replace macro as_code(txt) as
    upper(regexp_replace(txt, '\s+', '', 'g'));

-- As Python's normalise_name and normalise_header.
create or replace macro as_name(txt) as
    trim(regexp_replace(lower(replace(txt, '&', ' and ')), '[_\-\s]+', ' ', 'g'));
create or replace macro as_header(txt) as
    lower(regexp_replace(txt, '[\s_]+', '_', 'g'));

-- The four forms of a date, British order, with or without a time that is ignored.
create or replace macro parse_date(txt) as
    case
        when
            regexp_full_match(
                txt,
                '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ] *[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)? ?([AaPp][Mm])?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?'
            )
            and left(txt, 4) <> '0000'
            then try_cast(left(txt, 10) as date)
        when
            regexp_full_match(
                txt,
                '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}([T ] *[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)? ?([AaPp][Mm])?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?'
            )
            then
                cast(
                    try_strptime(
                        regexp_extract(txt, '^[0-9/]+'), '%d/%m/%Y'
                    ) as date
                )
        when
            regexp_full_match(
                txt,
                '[0-9]{1,2}-(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-[0-9]{4}([T ] *[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)? ?([AaPp][Mm])?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?'
            )
            then
                cast(
                    try_strptime(
                        regexp_extract(txt, '^[0-9]+-[A-Za-z]+-[0-9]+'), '%d-%b-%Y'
                    ) as date
                )
    end;

-- Thousands commas in groups of three, a per-cent sign, an exponent.
create or replace macro parse_number(txt) as
    case
        when
            regexp_full_match(
                txt,
                '[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?\s*%?|[+-]?\.[0-9]+([eE][+-]?[0-9]{1,3})?\s*%?'
            )
            then
                nullif(
                    nullif(
                        try_cast(
                            regexp_replace(txt, '[,%\s]', '', 'g') as double
                        ),
                        'infinity'::double
                    ),
                    '-infinity'::double
                )
    end;

-- A whole number; 5.0 and 1,234 are whole.
create or replace macro parse_integer(txt) as
    case
        when regexp_full_match(txt, '[0-9]{1,15}') then cast(txt as bigint)
        when
            txt not like '%\%' escape '\'
            and parse_number(txt) = trunc(parse_number(txt))
            and abs(parse_number(txt)) < 1e15
            then cast(parse_number(txt) as bigint)
    end;

-- ICD-10 in capitals, without dot, padding (X, -) and trailing letters.
create or replace macro parse_icd10(txt) as
    case
        when
            regexp_full_match(
                upper(txt),
                '[A-Z][0-9]{2}(\.?[0-9]{1,2}|\.[0-9X-][0-9]?|X[0-9])?\.?[X-]*[A-Z]{0,2}'
            )
            then
                regexp_extract(replace(upper(txt), '.', ''), '^[A-Z][0-9]{2}[0-9]{0,2}')
    end;

-- Whole years of 0 to 19; 7001 to 7007 are ages below one.
create or replace macro parse_startage(txt) as
    case
        when parse_integer(txt) between 7001 and 7007 then 0
        else parse_integer(txt)
    end;

create or replace macro parse_flag(txt) as
    case lower(txt) when 'y' then true when 'n' then false end;
