import { createHash, randomUUID } from 'node:crypto';
import { S3Error } from './s3-error.ts';
import type { Stage } from './stage.ts';
import type { UploadBody } from './upload-body.ts';

interface Part {
  readonly file: string;
  readonly etag: string;
}

interface Upload {
  readonly path: string;
  readonly parts: Map<number, Part>;
}

const MAX_PARTS = 10_000;

/** Which upload a request means: it names the key again, which has to be the one that the upload was begun for. */
export interface UploadName {
  readonly id: string;
  readonly path: string;
}

/** Uploads that come in parts; what is not completed is removed with the stage's drafts at the next start. */
export class MultipartUploads {
  readonly #stage: Stage;
  readonly #uploads = new Map<string, Upload>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Begins an upload to that path; its id. */
  begin(path: string): string {
    const id = randomUUID();
    this.#uploads.set(id, { path, parts: new Map() });
    return id;
  }

  /** Takes a part; one with the same number is replaced. */
  async addPart(name: UploadName, number: number, body: UploadBody): Promise<void> {
    const upload = this.#upload(name);
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
      throw new S3Error(400, 'InvalidArgument', 'partNumber is not from 1 to 10000.');
    }
    const file = await this.#stage.writeDraft(body);
    const before = upload.parts.get(number);
    upload.parts.set(number, { file, etag: body.etag });
    if (before) await this.#stage.removeDraft(before.file);
  }

  /** Puts the parts together that the request's XML lists; the blob's ETag. */
  async complete(name: UploadName, request: string): Promise<string> {
    const upload = this.#upload(name);
    const parts = listedParts(request).map(({ number, etag }, index, all) => {
      if (index > 0 && number <= (all[index - 1]?.number ?? 0)) throw new S3Error(400, 'InvalidPartOrder');
      const part = upload.parts.get(number);
      if (part?.etag !== etag)
        throw new S3Error(400, 'InvalidPart', `There is no part ${number} with that ETag.`);
      return part;
    });
    if (parts.length === 0) throw new S3Error(400, 'MalformedXML', 'No parts are listed.');
    const files = parts.map((part) => part.file);
    await this.#stage.writeFromDrafts(upload.path, files);
    await this.abort(name);
    const hash = createHash('md5');
    for (const part of parts) hash.update(part.etag, 'hex');
    return `${hash.digest('hex')}-${parts.length}`;
  }

  /** Forgets an upload and removes its parts. */
  async abort(name: UploadName): Promise<void> {
    const upload = this.#upload(name);
    this.#uploads.delete(name.id);
    for (const part of upload.parts.values()) await this.#stage.removeDraft(part.file);
  }

  #upload({ id, path }: UploadName): Upload {
    const upload = this.#uploads.get(id);
    if (upload?.path !== path) throw new S3Error(404, 'NoSuchUpload');
    return upload;
  }
}

/** The parts of a CompleteMultipartUpload, whose elements come in any order. */
function listedParts(request: string): { readonly number: number; readonly etag: string }[] {
  return [...request.matchAll(/<Part>([\s\S]*?)<\/Part>/g)].map(([, part = '']) => ({
    number: Number(/<PartNumber>\s*(\d+)\s*<\/PartNumber>/.exec(part)?.[1]),
    etag: /<ETag>\s*(?:"|&quot;|&#34;)?([0-9a-f]+)/i.exec(part)?.[1]?.toLowerCase() ?? '',
  }));
}
