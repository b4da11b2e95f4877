import type { Accounts } from '#services/accounts/contract';
import type { Actions } from '#services/actions/contract';
import type { Analytics } from '#services/analytics/contract';
import type { Archive } from '#services/archive/contract';
import type { Backups } from '#services/backups/contract';
import type { Boards } from '#services/boards/contract';
import type { Capacity } from '#services/capacity/contract';
import type { Events } from '#services/events/contract';
import type { Feed } from '#services/feed/contract';
import type { Follows } from '#services/follows/contract';
import type { Imports } from '#services/imports/contract';
import type { Jobs } from '#services/jobs/contract';
import type { Media } from '#services/media/contract';
import type { Migrations } from '#services/migrations/contract';
import type { Pins } from '#services/pins/contract';
import type { Queries } from '#services/queries/contract';
import type { Recommend } from '#services/recommend/contract';
import type { Search } from '#services/search/contract';
import type { Store } from '#services/store/contract';
import type { Vision } from '#services/vision/contract';

/** Every service, by its contract: what entry points may use, wherever the services run. */
export interface Services {
  readonly store: Store;
  readonly events: Events;
  readonly actions: Actions;
  readonly analytics: Analytics;
  readonly jobs: Jobs;
  readonly accounts: Accounts;
  readonly boards: Boards;
  readonly pins: Pins;
  readonly follows: Follows;
  readonly media: Media;
  readonly vision: Vision;
  readonly search: Search;
  readonly recommend: Recommend;
  readonly feed: Feed;
  readonly imports: Imports;
  readonly archive: Archive;
  readonly queries: Queries;
  readonly backups: Backups;
  readonly migrations: Migrations;
  readonly capacity: Capacity;
}
