import type { Me } from '#services/accounts/contract';
import { messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Field, TextArea } from '../../shared/ui/field.tsx';
import { useUpdateProfile } from './api/update-profile.ts';

/** Whose profile it is. */
export interface ProfileFormProps {
  readonly me: Me;
}

/** What one's page says. */
export function ProfileForm({ me }: ProfileFormProps) {
  const update = useUpdateProfile();
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    update.mutate({ displayName: text('displayName'), about: text('about') });
  };
  return (
    <form class="form" onSubmit={submit} aria-labelledby="settings-profile">
      <h2 id="settings-profile">Profile</h2>
      <Field
        label="Name shown"
        name="displayName"
        defaultValue={me.displayName}
        maxLength={60}
        required
        hint={`Your page is /@${me.name}`}
      />
      <TextArea
        label="About"
        name="about"
        defaultValue={me.about}
        maxLength={500}
        error={update.isError ? messageOf(update.error) : undefined}
      />
      <div>
        <Button type="submit" isBusy={update.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
