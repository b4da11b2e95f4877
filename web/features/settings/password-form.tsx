import { messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { useChangePassword } from './api/change-password.ts';

/** Whether there is a password to change. */
export interface PasswordFormProps {
  readonly hasPassword: boolean;
}

/** Changes the password, or sets the first one. */
export function PasswordForm({ hasPassword }: PasswordFormProps) {
  const change = useChangePassword();
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    const next = String(form.get('next') ?? '');
    const current = hasPassword ? { current: String(form.get('current') ?? '') } : {};
    change.mutate({ ...current, next }, { onSuccess: () => element.reset() });
  };
  return (
    <form class="form" onSubmit={submit} aria-labelledby="settings-password">
      <h2 id="settings-password">Password</h2>
      {!hasPassword && <p>You came by a link and have no password yet. Set one to sign in elsewhere.</p>}
      {hasPassword && (
        <Field
          label="Current password"
          name="current"
          type="password"
          autocomplete="current-password"
          required
        />
      )}
      <Field
        label="New password"
        name="next"
        type="password"
        autocomplete="new-password"
        minLength={8}
        maxLength={200}
        required
        hint="Eight characters or more."
        error={change.isError ? messageOf(change.error) : undefined}
      />
      <div>
        <Button type="submit" isBusy={change.isPending}>
          {hasPassword ? 'Change the password' : 'Set the password'}
        </Button>
      </div>
    </form>
  );
}
