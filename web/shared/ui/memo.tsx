import { Component, type ComponentType, type FunctionComponent } from 'preact';

function differ(a: object, b: object): boolean {
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].some((key) => left[key] !== right[key]);
}

/** Draws again only when a prop has changed, by identity. For what a list holds many of. */
export function memo<P extends object>(Inner: FunctionComponent<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return differ(this.props, next);
    }
    override render(props: P) {
      return <Inner {...props} />;
    }
  };
}
