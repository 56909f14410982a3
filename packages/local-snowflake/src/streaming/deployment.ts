import type { EmulatorContext } from '../context.ts';
import { stageCredentials } from '../stage/credentials.ts';
import type { CredentialsInTime } from '../stage/s3-routes.ts';
import { ChannelStore } from './channel-store.ts';

/** The number by which clients recognize the deployment that they were made for. */
export function deploymentOf(context: EmulatorContext): Promise<number> {
  return context.store.read((connection) => new ChannelStore(connection).deploymentId());
}

/** The credentials of the stage of this deployment, and those of the ones before it, which have expired. */
export async function credentialsOf(context: EmulatorContext): Promise<CredentialsInTime> {
  const [current, former] = await context.store.read(async (connection) => {
    const channels = new ChannelStore(connection);
    return [await channels.deploymentId(), await channels.formerDeploymentIds()] as const;
  });
  const of = (id: number) => stageCredentials(context.settings.password, id);
  return { current: of(current), former: former.map(of) };
}
