import type { LensProps } from '../shared/pin/pin-tools.ts';
import { useModule } from '../shared/ui/use-module.ts';

const loadLens = () => import('../features/lens/lens.tsx');

/** The lens, whose code comes when it is first opened. */
export function LazyLens(props: LensProps) {
  const module = useModule(loadLens, true);
  return module ? <module.Lens {...props} /> : null;
}
