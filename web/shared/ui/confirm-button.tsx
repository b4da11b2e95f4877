import { useState } from 'preact/hooks';
import { Button } from './button.tsx';

/** An act that cannot be undone. */
export interface ConfirmButtonProps {
  readonly label: string;
  /** What the second press agrees to. */
  readonly question: string;
  readonly onConfirm: () => void;
}

/** Does an act at the second press; leaving it takes the first one back. */
export function ConfirmButton({ label, question, onConfirm }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <Button
      look="danger"
      aria-live="polite"
      onClick={isAsking ? onConfirm : () => setAsking(true)}
      onBlur={() => setAsking(false)}
    >
      {isAsking ? question : label}
    </Button>
  );
}
