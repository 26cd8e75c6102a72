import { Ber, type BerReader, BerWriter, Control } from 'ldapts';

/** Controls of Active Directory ([MS-ADTS] 3.1.1.3.4.1). */
export const controlIds = {
  paged: '1.2.840.113556.1.4.319',
  dirSync: '1.2.840.113556.1.4.841',
  showDeleted: '1.2.840.113556.1.4.417',
} as const;

/** Tombstones are found too. */
export const showDeleted = () => new Control(controlIds.showDeleted, { critical: true });

/** Incremental values: of a changed group only the members that came or went. */
const incrementalValues = -0x80000000;
const largestAnswer = 4 * 1024 * 1024;

/** What changed since `cookie`; after the answer, the next cookie and whether more waits ([MS-ADTS] 3.1.1.3.4.1.3). */
export class DirSyncControl extends Control {
  cookie: Buffer;
  more = false;

  constructor(cookie: Buffer) {
    super(controlIds.dirSync, { critical: true });
    this.cookie = cookie;
  }

  override writeControl(writer: BerWriter): void {
    const value = new BerWriter();
    value.startSequence();
    value.writeInt(incrementalValues);
    value.writeInt(largestAnswer);
    value.writeBuffer(this.cookie, Ber.OctetString);
    value.endSequence();
    writer.writeBuffer(value.buffer, Ber.OctetString);
  }

  override parseControl(reader: BerReader): void {
    if (reader.readSequence() === null) return;
    this.more = (reader.readInt() ?? 0) !== 0;
    reader.readInt();
    this.cookie = reader.readString(Ber.OctetString, true) ?? Buffer.alloc(0);
  }
}
