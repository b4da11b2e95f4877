import { useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import type { Frame, Snapshot } from '#services/monitor/contract';
import { useApi } from '../../../shared/api/api.ts';
import { withFrame } from '../live-series.ts';
import { snapshotQuery } from './get-snapshot.ts';

/** The page's view of the site. */
export interface Watching {
  readonly snapshot: Snapshot | undefined;
  /** Whether frames come, are held up by whoever looks, or are missing. */
  readonly state: 'live' | 'paused' | 'away';
  readonly error: unknown;
  readonly refresh: () => void;
}

const againMs = 5000;

interface Handlers {
  readonly onFrame: (frame: Frame) => void;
  /** The stream is there; `isBack` when it was lost before. */
  readonly onOpen: (isBack: boolean) => void;
  readonly onLost: () => void;
}

/** Opens the stream, again and again when it is lost; returns how to stop. */
function openStream({ onFrame, onOpen, onLost }: Handlers): () => void {
  let [wasLost, timer]: [boolean, ReturnType<typeof setTimeout> | undefined] = [false, undefined];
  let source: EventSource;
  const open = () => {
    source = new EventSource('/api/operations/live/stream');
    source.onopen = () => onOpen(wasLost);
    source.onmessage = ({ data }: MessageEvent<string>) => onFrame(JSON.parse(data) as Frame);
    source.onerror = () => {
      wasLost = true;
      onLost();
      // A refusal closes it for good; what is merely cut off, the browser opens again by itself.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, againMs);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** What is known now, a second later what is known then. After a gap the missing seconds are fetched. */
export function useFrames(isPaused: boolean): Watching {
  const query = useQuery(snapshotQuery(useApi()));
  const [snapshot, setSnapshot] = useState(query.data);
  const [isAway, setAway] = useState(false);
  const { refetch } = query;
  useEffect(() => {
    if (query.data) setSnapshot(query.data);
  }, [query.data]);
  useEffect(() => {
    if (isPaused) return;
    return openStream({
      onFrame: (frame) => setSnapshot((last) => last && withFrame(last, frame)),
      onOpen(isBack) {
        setAway(false);
        if (isBack) void refetch();
      },
      onLost: () => setAway(true),
    });
  }, [isPaused, refetch]);
  return {
    snapshot,
    state: isPaused ? 'paused' : isAway ? 'away' : 'live',
    error: query.error,
    refresh: () => void refetch(),
  };
}
