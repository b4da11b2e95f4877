/** A search whose words were mended. */
export interface CorrectedProps {
  readonly words: string;
  readonly corrected: string | null;
}

/** Says which words were searched for, when they are not those that were typed. */
export function Corrected({ words, corrected }: CorrectedProps) {
  return (
    <p class="corrected" role="status">
      {corrected !== null && (
        <>
          Showing <strong>{corrected}</strong>. Nothing was found for <q>{words}</q>.
        </>
      )}
    </p>
  );
}
