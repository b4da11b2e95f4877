import { useQuery } from '@tanstack/preact-query';
import type { Device } from '#services/accounts/contract';
import { useApi } from '../../shared/api/api.ts';
import { Button } from '../../shared/ui/button.tsx';
import { daysAgo } from '../../shared/ui/format.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { devicesQuery } from './api/get-devices.ts';
import { useRevokeDevice } from './api/revoke-device.ts';

interface DeviceRowProps {
  readonly device: Device;
  readonly onRevoke: () => void;
}

function DeviceRow({ device, onRevoke }: DeviceRowProps) {
  return (
    <li class="device">
      <span>
        {device.label}
        <small>
          {device.current ? 'This device' : `Last seen ${daysAgo(device.lastSeenAt, Date.now())}`}
        </small>
      </span>
      {!device.current && (
        <Button onClick={onRevoke} aria-label={`Sign out ${device.label}`}>
          Sign out
        </Button>
      )}
    </li>
  );
}

/** Where one is signed in. */
export function Devices() {
  const query = useQuery(devicesQuery(useApi()));
  const revoke = useRevokeDevice();
  return (
    <section aria-labelledby="settings-devices">
      <h2 id="settings-devices">Devices</h2>
      {query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      <ul class="devices">
        {query.data?.map((device) => (
          <DeviceRow key={device.id} device={device} onRevoke={() => revoke.mutate(device.id)} />
        ))}
      </ul>
    </section>
  );
}
