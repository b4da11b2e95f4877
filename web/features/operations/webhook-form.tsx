import type { WebhookKind } from '#services/webhooks/contract';
import { messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { useAddWebhook } from './api/direct-webhooks.ts';

/** What can be asked for. */
export interface WebhookFormProps {
  readonly kinds: readonly WebhookKind[];
}

/** "pin.created" as people say it. */
export function kindText(kind: string): string {
  const [noun = '', verb = ''] = kind.split('.');
  return `${noun} ${verb}`;
}

/** Registers a webhook, and shows its secret, this once. */
export function WebhookForm({ kinds }: WebhookFormProps) {
  const add = useAddWebhook();
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    const asked = kinds.filter((kind) => form.has(kind));
    add.mutate({ url: String(form.get('url') ?? ''), kinds: asked }, { onSuccess: () => element.reset() });
  };
  return (
    <form class="webhook-form" onSubmit={submit} aria-label="New webhook">
      <Field
        label="Address"
        name="url"
        type="url"
        placeholder="https://example.org/hook"
        maxLength={2000}
        required
        hint="Anything on the public internet."
        error={add.isError ? messageOf(add.error) : undefined}
      />
      <fieldset class="webhook-kinds">
        <legend>What to tell it</legend>
        {kinds.map((kind) => (
          <label key={kind}>
            <input type="checkbox" name={kind} defaultChecked={kind === 'pin.created'} /> {kindText(kind)}
          </label>
        ))}
      </fieldset>
      <div>
        <Button type="submit" look="primary" isBusy={add.isPending}>
          Add the webhook
        </Button>
      </div>
      {add.data && (
        <p class="alarm" role="status">
          Its secret, shown this once: <code>{add.data.secret}</code>
        </p>
      )}
    </form>
  );
}
