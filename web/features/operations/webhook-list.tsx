import type { WebhookView } from '#services/webhooks/contract';
import { Button } from '../../shared/ui/button.tsx';
import { ConfirmButton } from '../../shared/ui/confirm-button.tsx';
import { useDirectWebhooks, type WebhookAct } from './api/direct-webhooks.ts';
import { momentText } from './moment.ts';
import { kindText } from './webhook-form.tsx';

/** The oldest first. */
export interface WebhookListProps {
  readonly hooks: readonly WebhookView[];
}

function State({ enabled, reason, failingSince }: WebhookView) {
  if (!enabled) return <span class="is-alarming">Off{reason !== null && `: ${reason}`}</span>;
  if (failingSince !== null)
    return <span class="is-alarming">Failing since {momentText(failingSince)}; it is tried again</span>;
  return <>On</>;
}

function Row({ hook, onAct }: { readonly hook: WebhookView; readonly onAct: (act: WebhookAct) => void }) {
  const { id, url, kinds, enabled } = hook;
  return (
    <li class="parked">
      <div>
        <p class="parked-cause">{url}</p>
        <p class="lead">
          <State {...hook} /> · {kinds.map(kindText).join(', ')}
        </p>
      </div>
      <div class="migration-acts">
        {enabled && <Button onClick={() => onAct({ act: 'test', id })}>Send a test</Button>}
        <Button onClick={() => onAct({ act: enabled ? 'disable' : 'enable', id })}>
          {enabled ? 'Turn off' : 'Turn on'}
        </Button>
        <ConfirmButton
          label="Remove"
          question="Remove it for good?"
          onConfirm={() => onAct({ act: 'remove', id })}
        />
      </div>
    </li>
  );
}

/** All webhooks, with what can be done with them. */
export function WebhookList({ hooks }: WebhookListProps) {
  const { mutate } = useDirectWebhooks();
  if (hooks.length === 0)
    return <p class="lead">No other program is told what happens here. Add an address below.</p>;
  return (
    <ul class="parked-list">
      {hooks.map((hook) => (
        <Row key={hook.id} hook={hook} onAct={mutate} />
      ))}
    </ul>
  );
}
