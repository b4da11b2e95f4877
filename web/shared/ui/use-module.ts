import { useEffect, useState } from 'preact/hooks';

/** Fetches code when it is wanted; undefined until it is there. `load` must always be the same function. */
export function useModule<T>(load: () => Promise<T>, isWanted: boolean): T | undefined {
  const [module, setModule] = useState<{ readonly value: T }>();
  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    void load().then((value) => isCurrent && setModule({ value }));
    return () => {
      isCurrent = false;
    };
  }, [load, isWanted]);
  return isWanted ? module?.value : undefined;
}
