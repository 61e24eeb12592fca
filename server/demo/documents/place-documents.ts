import { scopeOf, statement } from "#core/db/index.ts";
import { type FileServices, type ImportedFile, importFiles } from "#core/files/index.ts";
import { drawPage, drawPhoto, pdfOf, type Scene, wordOf } from "./draw.ts";

/** Beside which message a document stands: the newest of the room that begins so. */
type Place = { room: string; begins: string; isInLibrary?: boolean };
type Document = Place & { name: string } & (
    | { kind: "word" | "pdf"; title: string; from: string; lines: readonly string[] }
    | { kind: "photo"; scene: Scene }
    | { kind: "table"; rows: readonly string[] }
  );

const network = "みなもりシステム×情報政策課（ネットワーク更新）";
const roads = "道路・河川 緊急補修";
const notices = "全庁のお知らせ";

const documents: readonly Document[] = [
  {
    room: notices,
    begins: "本日から、全庁でチャットを使えます。",
    name: "庁内チャット はじめの手引き.docx",
    kind: "word",
    title: "庁内チャット　はじめの手引き",
    from: "情報政策課",
    lines: [
      "1　ルームを開き、読んだら「了解」を押してください。",
      "2　返事がほしいときは「要確認」を付けてください。",
      "3　個人情報は、必要な人だけのルームで扱ってください。",
      "4　困ったときは、情報政策課（内線 15040）へ。",
    ],
  },
  {
    room: notices,
    begins: "庁内ネットワークの更新に伴い、",
    name: "庁内ネットワーク停止のお知らせ.pdf",
    kind: "pdf",
    title: "庁内ネットワークの停止について",
    from: "情報政策課",
    lines: [
      "停止する時間　　土曜日 22時から 日曜日 5時まで",
      "停止するもの　　庁内のすべてのシステム",
      "お願い　　　　　金曜日の退庁時に端末の電源を切ってください。",
      "問い合わせ　　　情報政策課（内線 15040）",
    ],
  },
  {
    room: network,
    begins: "本日の作業は終了しました。",
    name: "3階配線工事_完了写真.jpg",
    kind: "photo",
    scene: "rack",
  },
  {
    room: network,
    begins: "全庁への周知を出しました。",
    name: "当日の体制と連絡先.docx",
    kind: "word",
    title: "ネットワーク更新　当日の体制と連絡先",
    from: "情報政策課",
    lines: [
      "集合　　土曜日 21時30分　地下機器室の前室",
      "体制　　委託先 6名・工事 2名・情報政策課 4名",
      "連絡　　このルームを主、電話を副とします。",
      "中止の判断　　23時に消防本部 指令課と確認して決めます。",
    ],
  },
  {
    room: network,
    begins: "全庁への周知を出しました。",
    isInLibrary: true,
    name: "停止時間の工程表.csv",
    kind: "table",
    rows: [
      "時刻,作業,担当",
      "22:00,停止の確認,情報政策課",
      "22:30,機器の切替,委託先",
      "23:00,消防本部へ電話,情報政策課",
      "04:30,動作の確認,全員",
    ],
  },
  {
    room: roads,
    begins: "土砂の撤去が完了しました。",
    name: "県道脇_土砂撤去後.jpg",
    kind: "photo",
    scene: "slope",
  },
  {
    room: roads,
    begins: "市民から、若葉町3丁目で",
    name: "若葉町3丁目_通報の場所.jpg",
    kind: "photo",
    scene: "road",
  },
];

type Found = {
  room_id: string;
  seq: number;
  sender_id: string;
  sent_at: Date;
  sender_kind: string;
  is_there: boolean;
};
const findMessage = statement<Found>(
  "demo.find-message",
  `select m.room_id, m.seq, m.sender_id, m.sent_at, p.kind as sender_kind,
          exists (select from file f where f.tenant_id = $1 and f.room_id = r.id and f.name = $4) as is_there
     from room r join message m on m.tenant_id = r.tenant_id and m.room_id = r.id
     join person p on p.tenant_id = m.tenant_id and p.id = m.sender_id
    where r.tenant_id = $1 and r.name = $2 and starts_with(m.body, $3) and m.deleted_at is null
    order by m.seq desc limit 1`,
);

/**
 * Documents and photos of the demo city, made by the program and put beside what is said of them: in rooms of the hall and in those
 * with contractors. After the listeners are up, since drawing takes a second; what is there stays.
 */
export async function placeDemoDocuments(services: FileServices, tenantId: string): Promise<number> {
  const placed: ImportedFile[] = [];
  for (const document of documents) {
    const found = await services.database.transaction(scopeOf(tenantId), (tx) =>
      tx.first(findMessage, [tenantId, document.room, document.begins, document.name]),
    );
    if (!found || found.is_there) continue;
    placed.push({
      roomId: found.room_id,
      name: document.name,
      uploadedBy: found.sender_id,
      at: found.sent_at,
      origin: found.sender_kind === "guest" ? "internet" : "lgwan",
      messageSeq: document.isInLibrary ? null : found.seq,
      ...(await make(document)),
    });
  }
  await importFiles(services, tenantId, placed);
  return placed.length;
}

async function make(document: Document): Promise<Pick<ImportedFile, "type" | "contents" | "page">> {
  if (document.kind === "photo") {
    const photo = await drawPhoto(document.scene);
    return { type: { family: "image", mime: "image/jpeg", extension: "jpg" }, contents: photo, page: photo };
  }
  if (document.kind === "table") {
    const contents = Buffer.from(`\ufeff${document.rows.join("\r\n")}\r\n`);
    return { type: { family: "text", mime: "text/csv", extension: "csv" }, contents, page: null };
  }
  const { title, lines, from } = document;
  const page = await drawPage(title, lines, from);
  if (document.kind === "pdf")
    return {
      type: { family: "pdf", mime: "application/pdf", extension: "pdf" },
      contents: await pdfOf(page),
      page,
    };
  const mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  return { type: { family: "office", mime, extension: "docx" }, contents: wordOf(title, lines), page };
}
