import { Link } from 'wouter-preact';
import type { OwnInsights } from '#services/analytics/contract';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { insightsQuery, usualDays } from './api/get-insights.ts';
import { InsightsView } from './insights-view.tsx';

const title = 'Insights';

function Boards({ boards }: Pick<OwnInsights, 'boards'>) {
  if (boards.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="insights-boards">
      <h2 id="insights-boards">Boards</h2>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">Board</th>
            <th scope="col" class="is-number">
              Seen
            </th>
            <th scope="col" class="is-number">
              Opened
            </th>
            <th scope="col" class="is-number">
              Saved
            </th>
            <th scope="col" class="is-number">
              Followed
            </th>
          </tr>
        </thead>
        <tbody>
          {boards.map(({ id, name, impressions, closeups, saves, clicks }) => (
            <tr key={id}>
              <th scope="row">
                <Link href={`/insights/board/${id}`}>{name}</Link>
              </th>
              <td class="is-number">{impressions}</td>
              <td class="is-number">{closeups}</td>
              <td class="is-number">{saves}</td>
              <td class="is-number">{clicks}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** How everything of one's own does. */
export function Page() {
  return (
    <InsightsView
      of={{ kind: 'own' }}
      titleOf={() => title}
      about={() => 'How everything that you keep does. Days are counted in UTC; your own looks count too.'}
    >
      {({ boards = [] }) => <Boards boards={boards} />}
    </InsightsView>
  );
}

export const load = ({ api, client }: PageContext) =>
  client.fetchQuery(insightsQuery(api, { kind: 'own' }, usualDays));

export const head = (): Head => ({ title, hidden: true });
