/** Ready-made questions. Each looks at the last weeks only, by the folders' days, so that it costs the same after years. */
import type { ReadyQuery } from './contract.ts';

const dailyActives: ReadyQuery = {
  name: 'daily-actives',
  title: 'Daily actives',
  about: 'People and browsers that did anything, by day, for 30 days',
  sql: `select happened_at::date as day,
  count(distinct actor) as people,
  count(distinct coalesce(actor::varchar, device)) as visitors,
  count(*) as actions
from actions
where dt >= current_date - 30 and type not in ('error', 'sign_in_failed')
group by day
order by day`,
  chart: { kind: 'line', x: 'day', y: ['visitors', 'people'] },
};

const savesFunnel: ReadyQuery = {
  name: 'saves-funnel',
  title: 'Saves funnel',
  about: 'Of the pins that somebody met, how many they opened and saved, for 30 days',
  sql: `with met as (
  select coalesce(actor::varchar, device) as visitor, pin_id,
    bool_or(type in ('closeup', 'click', 'save')) as opened,
    bool_or(type = 'save') as saved
  from actions
  where dt >= current_date - 30 and type in ('impression', 'closeup', 'click', 'save')
  group by visitor, pin_id
), steps as (
  select 1 as place, 'met' as step, count(*) as pins from met
  union all select 2, 'opened', count(*) from met where opened
  union all select 3, 'saved', count(*) from met where saved
)
select step, pins, coalesce(round(100.0 * pins / nullif(max(pins) over (), 0), 1), 0) as percent
from steps
order by place`,
  chart: { kind: 'bar', x: 'step', y: ['pins'] },
};

const retention: ReadyQuery = {
  name: 'retention',
  title: 'Retention',
  about:
    'Of the people who first came in a week, percent who came again one to four weeks later, for 12 weeks',
  sql: `with active as (
  select distinct actor, date_trunc('week', happened_at)::date as week
  from actions
  where dt >= current_date - 91 and actor is not null
), cohorts as (
  select actor, min(week) as first_week from active group by actor
), counts as (
  select first_week,
    count(distinct actor) as people,
    count(distinct actor) filter (week = first_week + 7) as one,
    count(distinct actor) filter (week = first_week + 14) as two,
    count(distinct actor) filter (week = first_week + 21) as three,
    count(distinct actor) filter (week = first_week + 28) as four
  from active join cohorts using (actor)
  group by first_week
)
select first_week, people,
  round(100.0 * one / people, 1) as week_1,
  round(100.0 * two / people, 1) as week_2,
  round(100.0 * three / people, 1) as week_3,
  round(100.0 * four / people, 1) as week_4
from counts
order by first_week`,
  chart: { kind: 'line', x: 'first_week', y: ['week_1', 'week_2', 'week_4'] },
};

const topBoards: ReadyQuery = {
  name: 'top-boards',
  title: 'Top boards',
  about: 'Public boards whose pins were saved and opened most, for 30 days',
  sql: `with boards as (
  select object_id as board_id,
    arg_max(body, happened_at) as told,
    arg_max(type, happened_at) as last
  from changes
  where type in ('board.created', 'board.updated', 'board.removed')
  group by object_id
), counts as (
  select board_id,
    count(*) filter (type = 'save') as saves,
    count(*) filter (type = 'closeup') as closeups,
    count(*) filter (type = 'impression') as impressions
  from actions
  where dt >= current_date - 30 and type in ('save', 'closeup', 'impression')
  group by board_id
)
select told ->> '$.name' as board, board_id, saves, closeups, impressions
from counts join boards using (board_id)
where last <> 'board.removed' and (told ->> '$.secret') = 'false'
order by saves desc, closeups desc, impressions desc, board_id
limit 20`,
  chart: { kind: 'bar', x: 'board', y: ['saves', 'closeups'] },
};

/** All of them. */
export const readyQueries: readonly ReadyQuery[] = [dailyActives, savesFunnel, retention, topBoards];
