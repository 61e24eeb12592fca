/**
 * The registry of every error that a person or a program can cause. The code is part of the public API and never
 * changes its meaning; the words are for people and say what happened, what was kept and what to do next.
 * `{name}` in a text is filled from the error's facts. docs/architecture/errors-and-pages.md is printed from this.
 */
export type ErrorEntry = {
  /** HTTP status of the answer. */
  status: number;
  /** Whether the same request may succeed later without a change. Clients retry only these. */
  retryable: boolean;
  ja: string;
  en: string;
};

const define = <T extends Record<string, ErrorEntry>>(entries: T): T => entries;

export const errorCodes = define({
  "invalid-request": {
    status: 400,
    retryable: false,
    ja: "送られた内容に誤りがあります（{where}）。内容を直して、もう一度お試しください。",
    en: "The request is not valid ({where}). Correct it and try again.",
  },
  "invalid-json": {
    status: 400,
    retryable: false,
    ja: "送られた内容を読み取れませんでした。文字コードは UTF-8、形式は JSON にしてください。",
    en: "The body could not be read. Send JSON in UTF-8.",
  },
  "invalid-http": {
    status: 400,
    retryable: false,
    ja: "要求を HTTP として読み取れませんでした。途中の機器やプログラムの設定を確かめてください。",
    en: "The request is not readable as HTTP. Check the program or the proxy that sent it.",
  },
  "headers-too-large": {
    status: 431,
    retryable: false,
    ja: "要求のヘッダーが大きすぎます（上限 16 KiB）。",
    en: "The headers of the request are too large (limit 16 KiB).",
  },
  "request-timeout": {
    status: 408,
    retryable: true,
    ja: "要求が時間内に届ききりませんでした。回線を確かめて、もう一度お試しください。",
    en: "The request did not arrive in time. Check the line and try again.",
  },
  "push-unavailable": {
    status: 409,
    retryable: false,
    ja: "LGWAN 側の端末には、画面を閉じている間の通知は届きません。インターネット側の端末で設定してください。",
    en: "Terminals on the LGWAN side cannot be woken. Set this up on a device on the Internet side.",
  },
  "push-service-refused": {
    status: 400,
    retryable: false,
    ja: "このブラウザーの通知サービスには送れません。Edge・Chrome・Safari・Firefox をお使いいただくか、情報システム担当課にお知らせください。",
    en: "Chonai does not send to this browser's push service. Use Edge, Chrome, Safari or Firefox, or tell the IT division.",
  },
  "push-not-subscribed": {
    status: 409,
    retryable: false,
    ja: "この端末では通知がまだ有効になっていません。「通知」の画面で有効にしてから、もう一度お試しください。",
    en: "Notifications are not switched on for this device. Switch them on under Notifications and try again.",
  },
  "file-too-large": {
    status: 413,
    retryable: false,
    ja: "ファイルが大きすぎます（上限 {limit}）。分割するか、小さくしてから送ってください。",
    en: "The file is too large (limit {limit}). Split it or make it smaller.",
  },
  "files-of-day-used-up": {
    status: 429,
    retryable: false,
    ja: "今日アップロードできる量（{limit}、{files}件）に達しました。明日もう一度お試しいただくか、情報システム担当課にご相談ください。",
    en: "Today's share of uploads ({limit}, {files} files) is used up. Try again tomorrow, or ask the IT division.",
  },
  "too-many-uploads": {
    status: 429,
    retryable: false,
    ja: "途中のアップロードが {limit}件あります。終わるのを待つか、いらないものを取り消してください。",
    en: "{limit} uploads are under way. Wait for them or give some up.",
  },
  "upload-offset": {
    status: 409,
    retryable: false,
    ja: "アップロードの続きの位置が違います（{offset} バイト目からです）。続きから送り直してください。",
    en: "The upload stands elsewhere (at {offset} bytes). Go on from there.",
  },
  "upload-checksum": {
    status: 460,
    retryable: true,
    ja: "届いた内容が途中で変わっていました。この部分をもう一度送ってください。それまでの分は残っています。",
    en: "What arrived is not what was sent. Send this part again; the parts before it are kept.",
  },
  "tus-version": {
    status: 412,
    retryable: false,
    ja: "アップロードの方式（tus）の版が違います。{version} を使ってください。",
    en: "This is another version of the tus protocol. Use {version}.",
  },
  "range-not-satisfiable": {
    status: 416,
    retryable: false,
    ja: "求められた範囲はファイルにありません（全体で {length} バイトです）。始めから取り直してください。",
    en: "The file has no such range ({length} bytes in all). Ask for it from the beginning.",
  },
  "folder-name-taken": {
    status: 409,
    retryable: false,
    ja: "「{name}」という名前のフォルダーがすでにあります。別の名前にしてください。",
    en: "There is a folder of that name ({name}) already. Choose another name.",
  },
  "folders-too-deep": {
    status: 400,
    retryable: false,
    ja: "フォルダーは {limit}階層まで作れます。上の階層に作ってください。",
    en: "Folders go {limit} levels deep. Make it further up.",
  },
  "carry-out-used-up": {
    status: 409,
    retryable: false,
    ja: "承認された回数のダウンロードを終えています。必要なときは、もう一度申請してください。",
    en: "The approved number of downloads is used up. Ask again if you need it.",
  },
  "carry-out-waiting": {
    status: 409,
    retryable: false,
    ja: "このファイルの持ち出しは、すでに申請中です。内容を変えるときは、「持ち出し」の画面で取り下げてから、もう一度申請してください。",
    en: "You have asked to carry this file out already. Take that request back first if you want another one.",
  },
  "file-not-sendable": {
    status: 409,
    retryable: false,
    ja: "添付のファイルを送れませんでした（削除されたか、すでに送られています）。ファイルを付け直して送信してください。本文は残っています。",
    en: "A file could not be sent with the message (it is gone or was sent already). Attach it again; your text is kept.",
  },
  "invalid-text": {
    status: 400,
    retryable: false,
    ja: "本文に使えない文字が含まれています（{reason}）。その部分を消して、もう一度送信してください。入力した内容は残っています。",
    en: "The text contains characters that cannot be used ({reason}). Remove them and send again; your draft is kept.",
  },
  "text-too-long": {
    status: 400,
    retryable: false,
    ja: "本文が長すぎます（{length}文字）。{limit}文字以内に分けて送信してください。入力した内容は残っています。",
    en: "The text is too long ({length} characters). Send it in parts of at most {limit} characters; your draft is kept.",
  },
  "too-many-mentions": {
    status: 400,
    retryable: false,
    ja: "一度に宛先にできるのは {limit}人までです。宛先を減らしてください。",
    en: "A message can mention at most {limit} people. Mention fewer.",
  },
  "body-too-large": {
    status: 413,
    retryable: false,
    ja: "送られた内容が大きすぎます（上限 {limit}）。分けて送ってください。",
    en: "The request is too large (limit {limit}). Send it in parts.",
  },
  "unsupported-media-type": {
    status: 415,
    retryable: false,
    ja: "この形式は受け付けていません。application/json で送ってください。",
    en: "This content type is not accepted. Send application/json.",
  },
  "invalid-cursor": {
    status: 400,
    retryable: false,
    ja: "一覧の続きを読み込めませんでした。最初から読み込み直してください。",
    en: "The cursor does not belong to this list. Start again from the first page.",
  },
  "sign-in-failed": {
    status: 401,
    retryable: false,
    ja: "ログインIDまたはパスワードが違います。確かめて、もう一度入力してください。",
    en: "The login id or the password is wrong. Check them and try again.",
  },
  "totp-required": {
    status: 401,
    retryable: false,
    ja: "インターネット側からのログインには、認証アプリの6桁の確認コードが必要です。",
    en: "Signing in from the Internet side needs the six-digit code of your authenticator app.",
  },
  "totp-failed": {
    status: 401,
    retryable: false,
    ja: "確認コードが違うか、有効時間を過ぎています。端末の時計が合っているか確かめ、新しいコードを入力してください。",
    en: "The code is wrong or has expired. Check the clock of your device and enter a new code.",
  },
  "one-time-password-over": {
    status: 403,
    retryable: false,
    ja: "一度だけ使えるパスワードの期限が過ぎています。情報システム担当課に、もう一度発行してもらってください。",
    en: "The one-time password has run out. Ask the IT division for another one.",
  },
  "totp-not-set-up": {
    status: 403,
    retryable: false,
    ja: "認証アプリが登録されていないため、インターネット側からはログインできません。庁内（LGWAN 側）の端末でログインし、「アカウント」から登録するか、情報システム担当課に依頼してください。",
    en: 'No authenticator app is registered, so you cannot sign in from the Internet side. Register one under "Account" at a terminal in the hall, or ask the IT division.',
  },
  "password-wrong": {
    status: 403,
    retryable: false,
    ja: "現在のパスワードが違います。確かめて、もう一度入力してください。何も変わっていません。",
    en: "The present password is wrong. Check it and try again; nothing was changed.",
  },
  "second-factor-required": {
    status: 403,
    retryable: false,
    ja: "認証アプリの6桁の確認コードか、復旧コードを入力してください。",
    en: "Enter the six digits of your authenticator app or one of your recovery codes.",
  },
  "second-factor-wrong": {
    status: 403,
    retryable: false,
    ja: "確認コードが違うか、有効時間を過ぎています。新しいコードを入力してください。一度使ったコードは使えません。",
    en: "The code is wrong, has expired or was used before. Enter a new one.",
  },
  "passkey-refused": {
    status: 403,
    retryable: false,
    ja: "パスキーを確かめられませんでした。もう一度お試しください。続くときは、パスワードと認証アプリの確認コードでログインしてください。",
    en: "The passkey could not be verified. Try again; if that goes on, sign in with your password and the app's code.",
  },
  "passkey-not-here": {
    status: 409,
    retryable: false,
    ja: "このアドレスではパスキーを使えません。https で始まる正式なアドレスで開いてください。",
    en: "Passkeys do not work at this address. Open the site by its proper name, with https.",
  },
  "provider-unavailable": {
    status: 503,
    retryable: true,
    ja: "認証連携の相手のシステムに接続できませんでした。しばらくしてからもう一度お試しください。お急ぎのときは、ログインIDとパスワードでログインしてください。",
    en: "The identity provider cannot be reached. Try again later, or sign in with your login id and password.",
  },
  "provider-answer-refused": {
    status: 403,
    retryable: false,
    ja: "認証連携の相手のシステムからの回答を確かめられませんでした。「ログイン」の画面から、もう一度お試しください。続くときは、情報システム担当課にお知らせください。",
    en: "The identity provider's answer could not be verified. Begin again at the sign-in page; if that goes on, tell the IT division.",
  },
  "provider-answer-encrypted": {
    status: 403,
    retryable: false,
    ja: "認証連携の相手のシステムからの回答が暗号化されていて、読み取れません。情報システム担当課に、相手の設定で「アサーションの暗号化」をやめるよう伝えてください。",
    en: "The identity provider's answer is encrypted and cannot be read. Tell the IT division to switch assertion encryption off there.",
  },
  "provider-not-asked": {
    status: 403,
    retryable: false,
    ja: "相手のシステムの画面からは、直接ログインできません。この「ログイン」の画面のボタンから始めてください。",
    en: "Nobody signs in straight from the identity provider's page. Begin with the button on this sign-in page.",
  },
  "provider-metadata-unreadable": {
    status: 400,
    retryable: false,
    ja: "メタデータを使えません。{because}。",
    en: "The metadata cannot be used: {becauseEn}.",
  },
  "provider-zone-refused": {
    status: 409,
    retryable: false,
    ja: "「{zone}」からは、相手のシステム（{host}）に接続できません。運用者に「接続してよい先」へ加えるよう依頼するか、「使う側」から外してください。",
    en: "From {zoneEn} the server may not call {host}. Ask the operator to add it to that zone's destinations, or take the zone off.",
  },
  "logout-token-refused": {
    status: 400,
    retryable: false,
    ja: "ログアウトの知らせを確かめられませんでした。相手のシステムの設定（発行者とクライアント ID）を確かめてください。",
    en: "The logout token could not be verified. Look at the issuer and the client id of the provider's settings.",
  },
  "certificate-weak": {
    status: 400,
    retryable: false,
    ja: "この署名用の証明書は使えません。2048 ビット以上の RSA の証明書が要ります。相手のシステムの管理者に新しい証明書を求めてください。",
    en: "This signing certificate cannot be used. It must hold an RSA key of 2048 bits or more; ask for a new one.",
  },
  "provider-sign-in-over": {
    status: 409,
    retryable: false,
    ja: "認証連携の手続きの時間が過ぎたか、すでに使われています。「ログイン」の画面から、もう一度お試しください。",
    en: "This sign-in took too long or has been used already. Begin again at the sign-in page.",
  },
  "provider-knows-nobody": {
    status: 403,
    retryable: false,
    ja: "「{provider}」での確認はできましたが、庁内チャットのアカウントと結び付いていません。ログインIDとパスワードでログインするか、情報システム担当課に結び付けを依頼してください。",
    en: "{provider} knows you, but no account here is linked to you. Sign in with your login id and password, or ask the IT division to link it.",
  },
  "provider-not-for-account": {
    status: 403,
    retryable: false,
    ja: "このアカウントは、認証連携ではログインできません。ログインIDとパスワードでログインしてください。できないときは、情報システム担当課にお問い合わせください。",
    en: "This account does not sign in by an identity provider. Use its login id and password, or ask the IT division.",
  },
  "provider-not-here": {
    status: 409,
    retryable: false,
    ja: "このアドレスでは認証連携を使えません。庁内で案内されている正式なアドレスで開いてください。",
    en: "The identity provider is not set up for this address. Open the site by its proper address.",
  },
  "provider-link-taken": {
    status: 409,
    retryable: false,
    ja: "この職員か、この識別子は、すでに結び付いています。一覧を確かめ、古い結び付きを解除してから、もう一度お試しください。",
    en: "This person or this identifier is linked already. Look at the list, take the old link away, and try again.",
  },
  "scim-invalid-filter": {
    status: 400,
    retryable: false,
    ja: "SCIM のフィルターを読み取れません。eq・sw・co と and だけが使えます。",
    en: "The filter cannot be read: eq, sw and co over a few attributes, joined by and.",
  },
  "scim-invalid-path": {
    status: 400,
    retryable: false,
    ja: "SCIM の項目「{path}」は変更できません。送る項目の対応付けを直してください。",
    en: "There is no attribute {path} that could be changed.",
  },
  "scim-invalid-syntax": {
    status: 400,
    retryable: false,
    ja: "SCIM の操作を読み取れません。op は add・replace・remove のどれかにしてください。",
    en: "The operation cannot be read: op is add, replace or remove.",
  },
  "scim-invalid-value": {
    status: 400,
    retryable: false,
    ja: "SCIM で送られた値を受け付けられません（{reason}）。送る側の値か対応付けを直してください。",
    en: "A value is missing or cannot be taken: {reason}.",
  },
  "scim-mutability": {
    status: 400,
    retryable: false,
    ja: "SCIM の項目「{attribute}」は、あとから変更できません。",
    en: "The attribute {attribute} cannot be changed.",
  },
  "scim-no-target": {
    status: 400,
    retryable: false,
    ja: "SCIM の remove には、消す項目（path）を付けてください。",
    en: "A removal needs a path.",
  },
  "scim-uniqueness": {
    status: 409,
    retryable: false,
    ja: "同じ職員番号、ログインID、または識別子の人が、すでにいます。",
    en: "Somebody has this employeeNumber, userName or externalId already.",
  },
  "scim-version": {
    status: 412,
    retryable: false,
    ja: "読み取ったあとに変更されています。読み直してから、もう一度お試しください。",
    en: "It was changed since it was read. Read it again.",
  },
  "scim-stopped-here": {
    status: 403,
    retryable: false,
    ja: "このアカウントは庁内で停止されています。「アカウントの管理」から再開してください。",
    en: "The account was stopped here, so only an administrator here lets it be used again.",
  },
  "scim-last-administrator": {
    status: 409,
    retryable: false,
    ja: "最後のアカウントの管理者は、外部の名簿からは停止できません。先にほかの人へ担当を渡してください。",
    en: "The last administrator of accounts cannot be stopped from outside.",
  },
  "scim-too-many-stops": {
    status: 409,
    retryable: false,
    ja: "外部の名簿から24時間に停止できる人数（{most}人）を超えました。間違いでなければ、残りは「アカウントの管理」か名簿の取り込みで停止してください。",
    en: "More than {most} people in 24 hours: if it is no mistake, stop the others here, one by one or by a list.",
  },
  "certificate-unreadable": {
    status: 400,
    retryable: false,
    ja: "証明書を読み取れませんでした。「-----BEGIN CERTIFICATE-----」で始まる PEM 形式の証明書を貼り付けてください。",
    en: "The certificate cannot be read. Paste one in PEM, beginning with -----BEGIN CERTIFICATE-----.",
  },
  "device-not-approved": {
    status: 403,
    retryable: false,
    ja: "この端末はまだ承認されていません。承認の依頼を受け付けました（確認番号 {number}）。情報システム担当課か、所属の情報システム担当者が承認すると、ログインできるようになります。",
    en: "This device is not approved yet. Approval has been asked for (number {number}); once the IT division or your section's systems officer has approved it, you can sign in.",
  },
  "device-cut-off": {
    status: 403,
    retryable: false,
    ja: "この端末は利用を停止されています。見つかった端末をもう一度使うときは、情報システム担当課に連絡してください。",
    en: "This device has been taken out of use. To use it again, for instance because it was found, ask the IT division.",
  },
  "device-ticket-over": {
    status: 410,
    retryable: false,
    ja: "時間がたったため、端末の届出を受け付けられませんでした。もう一度ログインすると、続きから届け出られます。",
    en: "Too much time has passed to say more about this device. Sign in once more and go on from there.",
  },
  "totp-registration-required": {
    status: 403,
    retryable: false,
    ja: "認証アプリを登録してください。表示された二次元コードを読み取り、アプリの6桁の確認コードを入力します。",
    en: "Register an authenticator app: scan the code that is shown and enter the app's six digits.",
  },
  "password-change-required": {
    status: 403,
    retryable: false,
    ja: "パスワードの変更が必要です。新しいパスワードを設定してください。",
    en: "You have to change your password before signing in.",
  },
  "rules-not-agreed": {
    status: 403,
    retryable: false,
    ja: "運用ルールへの同意が必要です。内容を読んで同意してください。",
    en: "Read and agree to the operating rules first.",
  },
  "invitation-not-valid": {
    status: 403,
    retryable: false,
    ja: "招待を開けませんでした。リンクと招待コードを確かめてください。期限が過ぎたか、すでに使われたときは、招待した職員に、作り直しを頼んでください。",
    en: "The invitation could not be opened. Check the link and the code; if it is over or was used, ask the person who invited you to make it anew.",
  },
  "guest-terms-missing": {
    status: 409,
    retryable: false,
    ja: "ゲストの利用規約がまだ公開されていないため、招待できません。運用ルールの担当者に、公開を依頼してください。",
    en: "Nobody can be invited before the guests' terms are published. Ask who is entrusted with the rules.",
  },
  "guest-term-too-long": {
    status: 400,
    retryable: false,
    ja: "ゲストの期間は、今日から {days}日以内にしてください。必要なときは、期限の前に延長できます。",
    en: "A guest may stay for at most {days} days from today. The stay can be extended before it ends.",
  },
  "agreement-token-over": {
    status: 409,
    retryable: false,
    ja: "運用ルールを開いてから時間がたったか、内容が新しくなりました。もう一度ログインして、表示された内容をお読みください。",
    en: "It has been too long since the rules were opened, or there is a newer version. Sign in again and read what is shown.",
  },
  "operator-required": {
    status: 403,
    retryable: false,
    ja: "所属アカウントでは、操作する職員を選んでください。",
    en: "Choose the member of staff who is at the keyboard of this section account.",
  },
  "zone-not-allowed": {
    status: 403,
    retryable: false,
    ja: "このアカウントは{zone}からは利用できません。利用できる側の端末からログインするか、情報システム担当課にご相談ください。",
    en: "This account may not be used from this side ({zone}). Sign in from the other side or ask the IT division.",
  },
  "tenant-required": {
    status: 400,
    retryable: false,
    ja: "自治体を選んでください。",
    en: "Choose the municipality.",
  },
  unauthenticated: {
    status: 401,
    retryable: false,
    ja: "ログインしていないか、ログインの有効期間が過ぎました。もう一度ログインしてください。入力中の内容は残っています。",
    en: "You are not signed in, or your session has ended. Sign in again; your draft is kept.",
  },
  "origin-refused": {
    status: 403,
    retryable: false,
    ja: "この接続元からは利用できません。Chonai の画面を開き直してください。",
    en: "Requests from this origin are refused. Open Chonai's own page again.",
  },
  "not-found": {
    status: 404,
    retryable: false,
    ja: "見つかりませんでした。削除されたか、見る権限がありません。",
    en: "Not found: it does not exist, or you may not see it.",
  },
  forbidden: {
    status: 403,
    retryable: false,
    ja: "この操作はできません（{rule}）。必要な場合は{whom}にご相談ください。",
    en: "You may not do this ({rule}). If you need to, ask {whom}.",
  },
  conflict: {
    status: 409,
    retryable: false,
    ja: "ほかの操作と重なりました（{reason}）。画面を読み込み直して確かめてください。",
    en: "This conflicts with another change ({reason}). Reload and check.",
  },
  "crossing-changed": {
    status: 409,
    retryable: false,
    ja: "ほかの担当者が先に保存しました（第{number}版）。あなたの変更は画面に残っています。最新の版を読み込み、違いを確かめてから保存してください。",
    en: "Somebody else saved first (version {number}). Your changes are still on the screen: load the newest version, compare, then save.",
  },
  "room-changed": {
    status: 409,
    retryable: false,
    ja: "ほかの人が先にこのルームの設定を変更しました。今の設定を確かめて、もう一度保存してください。入力した内容は残っています。",
    en: "Somebody else has changed this room meanwhile. Look at its settings and save again; what you typed is kept.",
  },
  "room-list-changed": {
    status: 409,
    retryable: false,
    ja: "ほかの端末で先にルームの並びが変更されました。今の並びを確かめて、もう一度お試しください。",
    en: "Your list of rooms was arranged on another device meanwhile. Look at it and try again.",
  },
  "message-id-reused": {
    status: 409,
    retryable: false,
    ja: "同じ送信番号で別の本文が既に送信されています。新しい投稿として送信してください。",
    en: "This clientMessageId was already used for another text. Send it as a new message.",
  },
  "message-changed": {
    status: 409,
    retryable: false,
    ja: "このメッセージは、開いている間に別の端末で書き直されました。今の本文を確かめて、もう一度保存してください。入力した内容は残っています。",
    en: "This message was edited elsewhere meanwhile. Look at its present text and save again; what you typed is kept.",
  },
  "message-deleted": {
    status: 409,
    retryable: false,
    ja: "このメッセージは削除されたため、変更できません。必要な内容は、新しいメッセージとして送信してください。",
    en: "This message was deleted and cannot be changed. Send what is needed as a new message.",
  },
  "idempotency-key-reused": {
    status: 409,
    retryable: false,
    ja: "同じ受付番号で別の内容が既に処理されています。新しい操作としてやり直してください。",
    en: "This Idempotency-Key was already used for another request. Use a new key.",
  },
  "idempotency-key-required": {
    status: 400,
    retryable: false,
    ja: "Idempotency-Key ヘッダーが必要です。",
    en: "The Idempotency-Key header is required.",
  },
  "rate-limited": {
    status: 429,
    retryable: true,
    ja: "操作が続いたため、一時的に受け付けを止めています。{seconds}秒ほど待って、もう一度お試しください。内容は残っています。",
    en: "Too many requests. Wait {seconds} seconds and try again; nothing is lost.",
  },
  "method-not-allowed": {
    status: 405,
    retryable: false,
    ja: "この操作は受け付けていません。",
    en: "This method is not allowed here.",
  },
  "already-set-up": {
    status: 409,
    retryable: false,
    ja: "初期設定は済んでいます。ログイン画面からログインしてください。",
    en: "This installation is already set up. Sign in instead.",
  },
  "set-up-code-wrong": {
    status: 403,
    retryable: false,
    ja: "初期設定コードが違います。サーバーの画面に表示されたコードを入力してください。",
    en: "The set-up code is wrong. Enter the code printed at the server's console.",
  },
  "password-too-weak": {
    status: 400,
    retryable: false,
    ja: "このパスワードは使えません（{reason}）。別のパスワードを入力してください。",
    en: "This password cannot be used ({reason}). Choose another.",
  },
  "service-unavailable": {
    status: 503,
    retryable: true,
    ja: "ただいま処理できません。しばらくすると自動的に再開します。送信待ちの内容は残っています。",
    en: "The service cannot answer right now. It will resume by itself; what you were sending is kept.",
  },
  internal: {
    status: 500,
    retryable: true,
    ja: "処理中に問題が起きました。もう一度お試しください。続く場合は、番号 {requestId} を情報システム担当課にお知らせください。",
    en: "Something went wrong. Try again; if it goes on, tell the IT division the number {requestId}.",
  },
});

export type ErrorCode = keyof typeof errorCodes;

/** Fills `{name}` in a text of the registry. Unknown names are left out. */
export function fillText(text: string, facts: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => (name in facts ? String(facts[name]) : ""));
}
