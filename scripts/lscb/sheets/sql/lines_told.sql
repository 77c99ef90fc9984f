-- Lines of a group as text: the first by number, then how many more there are. `place`
-- numbers the lines of a group in their order.
create temporary macro lines_told(line_number, place) as concat(
    string_agg(line_number, ', ' order by line_number) filter (where place <= ${most}),
    case when count(*) > ${most} then concat(' and ', count(*) - ${most}, ' more') end
)
