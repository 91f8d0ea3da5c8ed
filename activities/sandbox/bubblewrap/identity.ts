import { randomInt } from 'node:crypto';

/** Who the commands of a box are. */
export type Identity = {
  /** User id on this machine that owns the box's files, when it is not the one who runs Mainstay. */
  hostUid?: number;
  /** User id that commands see. */
  uid: number;
  /** bubblewrap's arguments. */
  options: string[];
  /** Programs between bubblewrap and the command. */
  drop: string[];
};

/**
 * An ordinary user gets a user namespace. Root would still be root behind one (for files and for the limit on processes), so its boxes
 * get a user id of their own instead, which nobody else on this machine has.
 */
export function boxIdentity(): Identity {
  if (process.getuid?.() !== 0) {
    return { uid: 1000, options: ['--unshare-user', '--uid', '1000', '--gid', '1000', '--cap-drop', 'ALL'], drop: [] };
  }
  const uid = randomInt(2_000_000_000, 2_100_000_000);
  const keep = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((capability) => ['--cap-add', capability]);
  const rights = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--inh-caps', '-all', '--bounding-set', '-all'];
  return { hostUid: uid, uid, options: ['--cap-drop', 'ALL', ...keep], drop: ['/usr/bin/setpriv', ...rights, '--no-new-privs', '--'] };
}
