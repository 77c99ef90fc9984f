-- noqa: disable=LT02,LT05
-- How a text is read. Every macro gives null for what it cannot read, so a value that
-- is null where the text is not blank is a fault. Texts come trimmed, blanks as null.
-- Each macro names its text once where it can: a macro is put into the query as often.

-- In lower case, single blanks.
create or replace macro folded(txt) as
    lower(regexp_replace(txt, '\s+', ' ', 'g'));

-- As sent, with single blanks.
create or replace macro as_label(txt) as
    regexp_replace(txt, '\s+', ' ', 'g');

-- A single year of age without leading zeros; a band in lower case.
create or replace macro as_age_band(txt) as
    regexp_replace(folded(txt), '^0+([0-9]+)$', '\1');

-- In capitals, no blanks.
create or replace macro as_code(txt) as
    upper(regexp_replace(txt, '\s+', '', 'g'));

-- A class of offence without the noughts that fill it up: 011 is 11, 008G/07 is 8G/7.
create or replace macro as_offence_class(txt) as
    regexp_replace(as_code(txt), '(^|/)0+([0-9])', '\1\2', 'g');

-- As Python's normalise_name and normalise_header.
create or replace macro as_name(txt) as
    trim(regexp_replace(lower(replace(txt, '&', ' and ')), '[_\-\s]+', ' ', 'g'));
create or replace macro as_header(txt) as
    lower(regexp_replace(txt, '[\s_]+', '_', 'g'));

-- The four forms of a date, British order, with or without a time that is ignored.
create or replace macro parse_date(txt) as
    cast(
        try_strptime(
            nullif(
                regexp_extract(
                    txt,
                    '^([1-9][0-9]{3}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[1-9][0-9]{3}|[0-9]{1,2}-[A-Za-z]{3}-[1-9][0-9]{3})(?:[T ] *[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?:[AaPp][Mm])?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?$',
                    1
                ),
                ''
            ),
            ['%Y-%m-%d', '%d/%m/%Y', '%d-%b-%Y']
        ) as date
    );

-- A number that can be meant: 1e400 is not infinite, and what a spreadsheet leaves of
-- 0.1 + 0.2 - 0.3 is neither 0 nor something to divide by.
create or replace macro held(number, txt) as
    case
        when isinf(number) then null
        when abs(number) < 1e-9 and regexp_matches(txt, '^[^eE]*[1-9]') then null
        else number
    end;

-- Thousands commas in groups of three, a per-cent sign, an exponent.
create or replace macro parse_number(txt) as
    case
        when
            regexp_full_match(
                txt,
                '[+-]?(?:(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*%?'
            )
            then held(try_cast(translate(txt, ',% ', '') as double), txt)
    end;

-- What a comma or a point in a number can be. 12,5 and 0,125 and 1.234,5 have a decimal
-- comma, 12.5 and 1,234.5 and 1,234,567 have a decimal point; 1,234 and 1.234 can be
-- read in both ways.
create or replace macro is_decimal_comma(txt) as
    contains(txt, ',')
    and regexp_full_match(
        txt,
        '[+-]?(?:0,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{4,},[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*%?'
    );
create or replace macro is_either_comma(txt) as
    contains(txt, ',')
    and regexp_full_match(txt, '[+-]?[1-9][0-9]{0,2},[0-9]{3}\s*%?');
create or replace macro is_decimal_point(txt) as
    regexp_full_match(
        txt,
        '[+-]?(?:[0-9]*\.(?:[0-9]{1,2}|[0-9]{4,})|(?:0|[0-9]{4,})\.[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3}){2,})(?:[eE][+-]?[0-9]{1,3})?\s*%?'
    );
create or replace macro is_either_point(txt) as
    regexp_full_match(txt, '[+-]?[1-9][0-9]{0,2}\.[0-9]{3}\s*%?');

-- A number with a decimal comma, written with a point; anything else as it is.
create or replace macro with_decimal_point(txt) as
    case
        when
            regexp_full_match(
                txt,
                '[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|0|[1-9][0-9]*)(?:,[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?\s*%?'
            )
            then replace(replace(txt, '.', ''), ',', '.')
        else txt
    end;

-- A whole number of a number and its text; 5.0 and 1,234 are whole, 5% is not.
create or replace macro whole_number(number, txt) as
    case
        when
            number = trunc(number) and abs(number) < 1e15
            and not contains(txt, '%')
            then cast(number as bigint)
    end;

-- ICD-10 in capitals, without dot, padding (X, -) and trailing letters.
create or replace macro parse_icd10(txt) as
    nullif(
        replace(
            regexp_extract(
                upper(txt),
                '^([A-Z][0-9]{2}(?:\.?[0-9]{1,2})?)(?:\.?[X-]+[0-9]?[X-]*)?\.?[A-Z]{0,2}$',
                1
            ),
            '.',
            ''
        ),
        ''
    );

-- Whole years of 0 to 19; 7001 to 7007 are ages below one.
create or replace macro age_in_years(startage) as
    if(startage between 7001 and 7007, 0, startage);

create or replace macro parse_flag(txt) as
    case lower(txt) when 'y' then true when 'n' then false end;

-- A sender's pseudonym of a child, keyed with the lake's own secret: the same child is
-- still the same, and nobody who knows the pseudonym finds it. The key has a fixed
-- length, so that SHA-256 over key and text is as good as a keyed hash.
create or replace macro keyed(txt) as
    case
        when getvariable('link_key') is null
            then error('the lake''s link key is not set')
        else sha256(getvariable('link_key') || txt)
    end;
