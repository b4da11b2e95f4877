export { createFeedsConsumer, type FeedsConsumerDeps } from './consumer.ts';
export { createFeed, type FeedDeps } from './feed.ts';
