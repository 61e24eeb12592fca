/**
 * The sentence for each action of the record. `{actor}` and `{subject}` are names; every other name in braces is a fact of
 * the entry, where an id stands as the name of what it is. tests/architecture/audit-words.test.ts holds that no action of
 * the program is missing.
 */
export const auditWords: Readonly<Record<string, { ja: string; en: string }>> = {
  "municipality.created": { ja: "自治体が作られました", en: "the municipality was made" },
  "directory.imported": {
    ja: "{actor}が名簿・組織の一覧を取り込みました（組織 {sectionRows}行・職員 {peopleRows}行）",
    en: "{actor} imported lists ({sectionRows} rows of sections, {peopleRows} of people)",
  },
  "section.created": {
    ja: "{actor}が所属「{subject}」を作りました",
    en: "{actor} made the section {subject}",
  },
  "section.changed": {
    ja: "{actor}が所属「{subject}」を変更しました",
    en: "{actor} changed the section {subject}",
  },
  "person.created": {
    ja: "{actor}が「{subject}」を名簿に加えました",
    en: "{actor} added {subject} to the directory",
  },
  "person.changed": {
    ja: "{actor}が「{subject}」の名簿を変更しました（{fields}）",
    en: "{actor} changed {subject} in the directory ({fields})",
  },
  "person.left": {
    ja: "「{subject}」が名簿から外れました（{actor}）",
    en: "{subject} left the directory ({actor})",
  },
  "person.returned": {
    ja: "「{subject}」が名簿に戻りました（{actor}）",
    en: "{subject} returned to the directory ({actor})",
  },
  "account.created": {
    ja: "{actor}が「{subject}」のアカウントを作りました",
    en: "{actor} made an account for {subject}",
  },
  "account.disabled": {
    ja: "{actor}が「{subject}」のアカウントを停止しました",
    en: "{actor} disabled the account of {subject}",
  },
  "account.enabled": {
    ja: "{actor}が「{subject}」のアカウントを再開しました",
    en: "{actor} enabled the account of {subject}",
  },
  "account.stopped": {
    ja: "{actor}が「{subject}」のアカウントを停止しました。理由：{reason}",
    en: "{actor} stopped the account of {subject}. Reason: {reason}",
  },
  "account.validity-set": {
    ja: "{actor}が「{subject}」のアカウントの有効期間を変更しました。理由：{reason}",
    en: "{actor} changed when the account of {subject} may be used. Reason: {reason}",
  },
  "account.viewed": {
    ja: "{actor}が「{subject}」のアカウントの内容を見ました",
    en: "{actor} looked at the account of {subject}",
  },
  "identity-provider.added": {
    ja: "{actor}が認証連携「{name}」を加えました（{issuer}）。理由：{reason}",
    en: "{actor} added the identity provider {name} ({issuer}). Reason: {reason}",
  },
  "identity-provider.changed": {
    ja: "{actor}が認証連携「{name}」を変更しました（{issuer}）。理由：{reason}",
    en: "{actor} changed the identity provider {name} ({issuer}). Reason: {reason}",
  },
  "identity-provider.removed": {
    ja: "{actor}が認証連携「{name}」を削除しました。理由：{reason}",
    en: "{actor} removed the identity provider {name}. Reason: {reason}",
  },
  "scim-client.added": {
    ja: "{actor}が外部の名簿「{name}」からの更新（SCIM）を許可しました。理由：{reason}",
    en: "{actor} let the directory {name} keep accounts up to date (SCIM). Reason: {reason}",
  },
  "scim-client.revoked": {
    ja: "{actor}が外部の名簿「{name}」からの更新（SCIM）を止めました。理由：{reason}",
    en: "{actor} revoked the token of the directory {name} (SCIM). Reason: {reason}",
  },
  "account.stopped-by-scim": {
    ja: "外部の名簿「{name}」が「{subject}」のアカウントを停止しました",
    en: "the directory {name} stopped the account of {subject}",
  },
  "account.started-by-scim": {
    ja: "外部の名簿「{name}」が「{subject}」のアカウントを再開しました",
    en: "the directory {name} let the account of {subject} be used again",
  },
  "ldap-source.added": {
    ja: "{actor}が庁内の名簿「{name}」（{url}）を加えました。理由：{reason}",
    en: "{actor} added the directory {name} ({url}). Reason: {reason}",
  },
  "ldap-source.changed": {
    ja: "{actor}が庁内の名簿「{name}」（{url}）を変更しました。理由：{reason}",
    en: "{actor} changed the directory {name} ({url}). Reason: {reason}",
  },
  "ldap-source.removed": {
    ja: "{actor}が庁内の名簿「{name}」を削除しました。理由：{reason}",
    en: "{actor} removed the directory {name}. Reason: {reason}",
  },
  "account.stopped-by-ldap": {
    ja: "庁内の名簿「{name}」で無効にされたため、「{subject}」のアカウントが停止されました",
    en: "the account of {subject} was stopped, being disabled in the directory {name}",
  },
  "provider-link.made": {
    ja: "「{subject}」が認証連携と結び付きました（{actor}）",
    en: "{subject} was linked to an identity provider ({actor})",
  },
  "provider-link.removed": {
    ja: "{actor}が「{subject}」と認証連携「{name}」の結び付きを解除しました。理由：{reason}",
    en: "{actor} took the link of {subject} to the identity provider {name} away. Reason: {reason}",
  },
  "session.started": { ja: "{actor}がログインしました", en: "{actor} signed in" },
  "session.ended": {
    ja: "{actor}がログアウトしました、または切られました",
    en: "a session was ended by {actor}",
  },
  "session.refused": {
    ja: "「{subject}」へのログインが拒否されました（{count}回、{address}）",
    en: "sign-ins to {subject} were refused ({count} times, {address})",
  },
  "password.changed": { ja: "{actor}がパスワードを変更しました", en: "{actor} changed the password" },
  "password.reset": {
    ja: "{actor}が「{subject}」のパスワードを再発行しました。理由：{reason}",
    en: "{actor} reset the password of {subject}. Reason: {reason}",
  },
  "authenticator.proposed": {
    ja: "{actor}が認証アプリの登録を始めました",
    en: "{actor} began to register an authenticator app",
  },
  "authenticator.registered": {
    ja: "{actor}が認証アプリを登録しました",
    en: "{actor} registered an authenticator app",
  },
  "authenticator.removed": {
    ja: "{actor}が「{subject}」の認証アプリを外しました。理由：{reason}",
    en: "{actor} removed the authenticator app of {subject}. Reason: {reason}",
  },
  "recovery-codes.made": { ja: "{actor}が復旧コードを作りました", en: "{actor} made recovery codes" },
  "recovery-code.used": {
    ja: "{actor}が復旧コードを使いました（残り {left}個）",
    en: "{actor} used a recovery code ({left} left)",
  },
  "first-passwords.taken": {
    ja: "{actor}が初期パスワードの一覧を取り出しました",
    en: "{actor} took the list of first passwords",
  },
  "directory-import.checked": {
    ja: "{actor}が取り込みの内容を確認しました",
    en: "{actor} checked an import",
  },
  "directory-import.scheduled": { ja: "{actor}が取り込みを予約しました", en: "{actor} booked an import" },
  "directory-import.cancelled": {
    ja: "{actor}が取り込みの予約を取り消しました",
    en: "{actor} cancelled a booked import",
  },
  "directory-import.undone": { ja: "{actor}が取り込みを元に戻しました", en: "{actor} undid an import" },
  "section-role.given": {
    ja: "{actor}が所属の役割を変更しました",
    en: "{actor} changed the role of a section",
  },
  "section-roles.imported": {
    ja: "所属の役割が取り込まれました（{actor}）",
    en: "roles of sections were imported ({actor})",
  },
  "post.assigned": {
    ja: "{actor}が「{subject}」に異動・兼務を入力しました",
    en: "{actor} entered a post for {subject}",
  },
  "post.ended": { ja: "{actor}が「{subject}」の兼務を終えました", en: "{actor} ended a post of {subject}" },
  "office.given": {
    ja: "{actor}が「{subject}」に担当「{office}」を渡しました。理由：{reason}",
    en: "{actor} gave {subject} the office {office}. Reason: {reason}",
  },
  "office.proposed": {
    ja: "{actor}が「{subject}」に担当「{office}」を渡すと申し出ました。理由：{reason}",
    en: "{actor} proposed to give {subject} the office {office}. Reason: {reason}",
  },
  "office.refused": {
    ja: "{actor}が「{subject}」に担当「{office}」を渡すことを断りました。理由：{reason}",
    en: "{actor} refused to give {subject} the office {office}. Reason: {reason}",
  },
  "office.taken": {
    ja: "{actor}が「{subject}」から担当「{office}」を外しました。理由：{reason}",
    en: "{actor} took the office {office} from {subject}. Reason: {reason}",
  },
  "offices.declared-small": {
    ja: "{actor}が担当を分けないと宣言しました。理由：{because}",
    en: "{actor} declared that offices are not kept apart. Reason: {because}",
  },
  "offices.kept-apart": {
    ja: "{actor}が担当を分けない宣言を取り下げました",
    en: "{actor} took the declaration back: offices are kept apart",
  },
  "room.created": { ja: "{actor}がルーム「{subject}」を作りました", en: "{actor} made the room {subject}" },
  "room.imported": { ja: "ルーム「{subject}」が取り込まれました", en: "the room {subject} was imported" },
  "room.changed": {
    ja: "{actor}がルーム「{subject}」の設定を変更しました",
    en: "{actor} changed the room {subject}",
  },
  "room.archived": {
    ja: "{actor}がルーム「{subject}」をしまいました",
    en: "{actor} put the room {subject} away",
  },
  "room.restored": {
    ja: "{actor}がルーム「{subject}」を戻しました",
    en: "{actor} restored the room {subject}",
  },
  "room-preference.changed": {
    ja: "{actor}がルーム「{subject}」の自分の設定を変更しました",
    en: "{actor} changed their own settings of the room {subject}",
  },
  "section-rooms.switched": {
    ja: "{actor}が所属のルームを自動で作るかを変更しました",
    en: "{actor} changed whether sections have rooms",
  },
  "chat-settings.changed": {
    ja: "{actor}がチャットの設定を変更しました",
    en: "{actor} changed the chat's settings",
  },
  "member.added": {
    ja: "{actor}がルーム「{subject}」に「{person}」を加えました",
    en: "{actor} added {person} to the room {subject}",
  },
  "member.removed": {
    ja: "{actor}がルーム「{subject}」から「{person}」を外しました",
    en: "{actor} removed {person} from the room {subject}",
  },
  "member.role-changed": {
    ja: "{actor}がルーム「{subject}」の「{person}」の役割を変更しました",
    en: "{actor} changed the role of {person} in the room {subject}",
  },
  "message.sent": {
    ja: "{actor}がルーム「{room}」にメッセージを送りました",
    en: "{actor} sent a message to the room {room}",
  },
  "message.edited": {
    ja: "{actor}がルーム「{room}」のメッセージを書き直しました",
    en: "{actor} edited a message in the room {room}",
  },
  "message.deleted": {
    ja: "{actor}がルーム「{room}」のメッセージを削除しました",
    en: "{actor} deleted a message in the room {room}",
  },
  "message.confirmed": {
    ja: "{actor}がルーム「{room}」の要確認のメッセージを確認しました",
    en: "{actor} confirmed a message in the room {room}",
  },
  "confirmation.reminded": {
    ja: "{actor}がルーム「{room}」で確認していない人に催促しました",
    en: "{actor} reminded those who had not confirmed in the room {room}",
  },
  "reaction.added": {
    ja: "{actor}がルーム「{room}」のメッセージにリアクションを付けました",
    en: "{actor} reacted to a message in the room {room}",
  },
  "reaction.removed": {
    ja: "{actor}がルーム「{room}」のメッセージのリアクションを外しました",
    en: "{actor} took back a reaction in the room {room}",
  },
  "thread.titled": {
    ja: "{actor}がルーム「{room}」のスレッドに題を付けました",
    en: "{actor} gave a thread in the room {room} a title",
  },
  "status.changed": { ja: "{actor}が在席の状況を変更しました", en: "{actor} changed their status" },
  "notification-settings.changed": {
    ja: "{actor}が通知の設定を変更しました",
    en: "{actor} changed their notifications",
  },
  "push-subscription.created": {
    ja: "{actor}が端末の通知を有効にしました",
    en: "{actor} switched notifications on for a device",
  },
  "push-subscription.removed": {
    ja: "端末の通知が止まりました（{actor}）",
    en: "notifications of a device ended ({actor})",
  },
  "installation-key.changed": {
    ja: "サーバーの管理者が鍵を新しくしました",
    en: "the operator changed the installation's key",
  },
  "deed.refused": {
    ja: "{actor}の操作が拒否されました（{route}、{count}回）",
    en: "a deed of {actor} was refused ({route}, {count} times)",
  },
  "audit.searched": { ja: "{actor}が監査記録を調べました", en: "{actor} searched the audit record" },
  "audit.exported": {
    ja: "{actor}が監査記録を書き出しました（{format}）。理由：{reason}",
    en: "{actor} exported the audit record ({format}). Reason: {reason}",
  },
  "audit.anchored": {
    ja: "{actor}が監査記録の控えを取り出しました（{number} 番まで）",
    en: "{actor} took an anchor of the audit record (up to {number})",
  },
  "audit.disposed": {
    ja: "監査記録の内容が廃棄されました（{actor}）",
    en: "entries of the record were disposed of ({actor})",
  },
  "rules.agreed": { ja: "{actor}が運用ルールに同意しました", en: "{actor} agreed to the rules of use" },
  "rules.published": { ja: "{actor}が運用ルールを公開しました", en: "{actor} published the rules of use" },
  "rules.withdrawn": {
    ja: "{actor}が運用ルールの公開を取り下げました",
    en: "{actor} withdrew the rules of use",
  },
  "rules.reminded": {
    ja: "{actor}が運用ルールに同意していない人に催促しました",
    en: "{actor} reminded those who had not agreed to the rules",
  },
  "rules.draft-saved": {
    ja: "{actor}が運用ルールの下書きを保存しました",
    en: "{actor} saved a draft of the rules",
  },
  "licences.changed": {
    ja: "{actor}がアカウントの契約の内容を変更しました",
    en: "{actor} changed what is kept of the licences",
  },
  "sign-in-rules.changed": {
    ja: "{actor}がログインの決まりを変更しました",
    en: "{actor} changed the rules of signing in",
  },
  "directory-import.stopped": {
    ja: "予約された取り込みが止まりました（{actor}）",
    en: "a booked import was stopped ({actor})",
  },
  "room.classified": {
    ja: "{actor}がルーム「{subject}」の機密性の区分を変更しました",
    en: "{actor} changed the class of the room {subject}",
  },
  "crossing.saved": {
    ja: "{actor}が持ち出し・持ち込みの決まりを保存しました",
    en: "{actor} saved what may cross",
  },
  "crossing.withdrawn": {
    ja: "{actor}が持ち出し・持ち込みの決まりを取り下げました",
    en: "{actor} withdrew a version of what may cross",
  },
  "crossing.began": {
    ja: "持ち出し・持ち込みの新しい決まりが始まりました",
    en: "a version of what may cross took effect",
  },
  "file.changed": {
    ja: "{actor}がファイル「{subject}」を変更しました",
    en: "{actor} changed the file {subject}",
  },
  "file.downloaded": {
    ja: "{actor}がファイル「{subject}」をダウンロードしました（第{version}版）",
    en: "{actor} downloaded the file {subject} (version {version})",
  },
  "file.page-read": {
    ja: "{actor}がファイル「{subject}」を画面で読みました（{part}）",
    en: "{actor} read the file {subject} on the screen ({part})",
  },
  "file.text-read": {
    ja: "{actor}がファイル「{subject}」を文字で読みました（{part}）",
    en: "{actor} read the file {subject} as text ({part})",
  },
  "text-reader.named": {
    ja: "{actor}が「{subject}」に、ファイルを文字で読むことを認めました。理由：{reason}",
    en: "{actor} gave {subject} files as text. Reason: {reason}",
  },
  "text-reader.ended": {
    ja: "{actor}が「{subject}」の、ファイルを文字で読むことを取りやめました。理由：{reason}",
    en: "{actor} took files as text from {subject}. Reason: {reason}",
  },
  "file.released": {
    ja: "ファイル「{subject}」の検査と無害化が終わりました（{actor}）",
    en: "the file {subject} was inspected and released ({actor})",
  },
  "file.held": {
    ja: "ファイル「{subject}」が保留になりました（{reason}）",
    en: "the file {subject} is held ({reason})",
  },
  "file.refused": {
    ja: "ファイル「{subject}」が不可になりました（{reason}）",
    en: "the file {subject} was refused ({reason})",
  },
  "folder.created": {
    ja: "{actor}が資料のフォルダー「{subject}」を作りました",
    en: "{actor} made the folder {subject}",
  },
  "folder.changed": {
    ja: "{actor}が資料のフォルダー「{subject}」を変更しました",
    en: "{actor} changed the folder {subject}",
  },
  "file.carried-out": {
    ja: "{actor}がファイル「{subject}」を持ち出しました",
    en: "{actor} carried the file {subject} out",
  },
  "carry-out.requested": {
    ja: "{actor}がファイル「{subject}」の持ち出しを申請しました（{hours}時間、{downloads}回）。理由：{reason}",
    en: "{actor} asked to carry the file {subject} out ({hours} hours, {downloads} downloads). Reason: {reason}",
  },
  "carry-out.seen": {
    ja: "{actor}がファイル「{subject}」の持ち出しの申請を確認しました",
    en: "{actor} looked at a request to carry the file {subject} out",
  },
  "carry-out.approved": {
    ja: "{actor}がファイル「{subject}」の持ち出しを承認しました。理由：{reason}",
    en: "{actor} approved that the file {subject} is carried out. Reason: {reason}",
  },
  "carry-out.refused": {
    ja: "{actor}がファイル「{subject}」の持ち出しを承認しませんでした。理由：{reason}",
    en: "{actor} refused that the file {subject} is carried out. Reason: {reason}",
  },
  "carry-out.withdrawn": {
    ja: "{actor}がファイル「{subject}」の持ち出しを取り下げました",
    en: "{actor} took a request to carry the file {subject} out back",
  },
  "carry-out.answer-seen": {
    ja: "{actor}がファイル「{subject}」の持ち出しの結果を確認しました",
    en: "{actor} saw what was decided about carrying the file {subject} out",
  },
  "file.uploaded": {
    ja: "{actor}がファイル「{subject}」を入れました",
    en: "{actor} uploaded the file {subject}",
  },
  "file.version-added": {
    ja: "{actor}がファイル「{subject}」の新しい版を入れました",
    en: "{actor} added a version of the file {subject}",
  },
  "guest.accepted": {
    ja: "{actor}がゲストの招待を受けました",
    en: "{actor} accepted the invitation as a guest",
  },
  "guest-settings.changed": {
    ja: "{actor}がゲストの決まりを変更しました",
    en: "{actor} changed the rules for guests",
  },
  "guest.sponsor-lost": {
    ja: "ゲスト「{subject}」の担当職員がいなくなりました",
    en: "the guest {subject} has no sponsor any more",
  },
  "guest.invited": {
    ja: "{actor}がゲスト「{subject}」を招待しました",
    en: "{actor} invited the guest {subject}",
  },
  "guest.invitation-renewed": {
    ja: "{actor}がゲスト「{subject}」への招待を出し直しました",
    en: "{actor} renewed the invitation of the guest {subject}",
  },
  "guest.invitation-withdrawn": {
    ja: "{actor}がゲスト「{subject}」への招待を取り下げました",
    en: "{actor} withdrew the invitation of the guest {subject}",
  },
  "guest-review.opened": {
    ja: "ゲストの棚卸しが始まりました（{actor}）",
    en: "a review of guests began ({actor})",
  },
  "guest-review.closed": {
    ja: "ゲストの棚卸しが終わりました（{actor}）",
    en: "a review of guests ended ({actor})",
  },
  "passkey.proposed": {
    ja: "{actor}がパスキーの登録を始めました",
    en: "{actor} began to register a passkey",
  },
  "passkey.registered": { ja: "{actor}がパスキーを登録しました", en: "{actor} registered a passkey" },
  "passkey.removed": { ja: "{actor}がパスキーを外しました", en: "{actor} removed a passkey" },
  "device.approval-asked": {
    ja: "{actor}が端末の承認を求めました",
    en: "{actor} asked for a device to be approved",
  },
  "device.wiped": {
    ja: "{actor}の端末に残っていたものを消しました",
    en: "what was kept on a device of {actor} was deleted",
  },
  "device-rule.changed": {
    ja: "{actor}が端末の決まりを変更しました",
    en: "{actor} changed the rules of devices",
  },
  "device.cut-off": {
    ja: "{actor}が端末「{subject}」を遮断しました",
    en: "{actor} cut the device {subject} off",
  },
  "device.restored": {
    ja: "{actor}が端末「{subject}」を使えるように戻しました",
    en: "{actor} restored the device {subject}",
  },
  "device.described": {
    ja: "{actor}が端末「{subject}」の台帳の内容を変更しました",
    en: "{actor} changed the register's entry of the device {subject}",
  },
  "device.named": {
    ja: "{actor}が端末「{subject}」に名前を付けました",
    en: "{actor} named the device {subject}",
  },
  "equipment.imported": {
    ja: "{actor}が機器台帳に一覧を取り込みました（追加 {added}件・変更 {changed}件）",
    en: "{actor} brought a list into the register of equipment ({added} added, {changed} changed)",
  },
  "equipment.exported": {
    ja: "{actor}が機器台帳を書き出しました（{rows}件）",
    en: "{actor} took the register of equipment out ({rows} rows)",
  },
  "equipment.handed-out": {
    ja: "{actor}が機器 {number} を{holder}に貸し出しました",
    en: "{actor} handed {number} out to {holder}",
  },
  "equipment.returned": {
    ja: "{actor}が機器 {number} の返却を記録しました（{holder}）",
    en: "{actor} took {number} back from {holder}",
  },
  "equipment.lost": {
    ja: "{actor}が機器 {number} の紛失を記録しました（{holder}）",
    en: "{actor} noted that {number} was lost ({holder})",
  },
  "equipment.found": {
    ja: "{actor}が機器 {number} の発見を記録しました",
    en: "{actor} noted that {number} was found",
  },
  "equipment.retired": {
    ja: "{actor}が機器 {number} を廃棄にしました",
    en: "{actor} took {number} out of use",
  },
  "equipment.linked": {
    ja: "{actor}が機器 {number} に端末を結び付けました",
    en: "{actor} linked a device to {number}",
  },
  "equipment.unlinked": {
    ja: "{actor}が機器 {number} と端末の結び付けを外しました",
    en: "{actor} unlinked the device from {number}",
  },
  "media.asked": {
    ja: "{actor}が可搬媒体の利用を申請しました（{classification}、{from}から{due}まで）",
    en: "{actor} asked for a removable medium ({classification}, {from} to {due})",
  },
  "media.withdrawn": {
    ja: "{actor}が可搬媒体の申請を取り下げました",
    en: "{actor} withdrew a request for a removable medium",
  },
  "media.approved": {
    ja: "{actor}が{holder}の可搬媒体の利用を承認しました",
    en: "{actor} approved a removable medium for {holder}",
  },
  "media.refused": {
    ja: "{actor}が{holder}の可搬媒体の利用を承認しませんでした",
    en: "{actor} refused a removable medium to {holder}",
  },
  "media.lent": {
    ja: "{actor}が可搬媒体 {number} を{holder}に貸し出しました",
    en: "{actor} lent the removable medium {number} to {holder}",
  },
  "media.returned": {
    ja: "{actor}が可搬媒体 {number} の返却（消去・検査済み）を確かめました（{holder}）",
    en: "{actor} took the removable medium {number} back from {holder}, emptied and checked",
  },
  "media.lost": {
    ja: "{actor}が可搬媒体 {number} の紛失を届け出ました（{holder}）",
    en: "{actor} reported that the removable medium {number} was lost ({holder})",
  },
  "media.extension-asked": {
    ja: "{actor}が可搬媒体の返却の延長（{due}まで）を申請しました",
    en: "{actor} asked to keep a removable medium until {due}",
  },
  "media.extended": {
    ja: "{actor}が{holder}の可搬媒体の返却を{due}まで延ばしました",
    en: "{actor} let {holder} keep a removable medium until {due}",
  },
  "media.extension-refused": {
    ja: "{actor}が{holder}の可搬媒体の返却の延長を承認しませんでした",
    en: "{actor} refused {holder} a removable medium for longer",
  },
  "media.warned": {
    ja: "返却予定日を過ぎた可搬媒体について、借りた人（{holder}）と担当者に知らせました",
    en: "{holder} and the officers were told of an overdue removable medium",
  },
  "media.exported": {
    ja: "{actor}が可搬媒体の利用簿を書き出しました（{rows}件）",
    en: "{actor} took the log of removable media out ({rows} rows)",
  },
  "inspection.rooms-listed": {
    ja: "{actor}が閲覧の申請のために「{subject}」のルームの一覧を見ました",
    en: "{actor} listed the rooms of {subject} to ask for an inspection",
  },
  "inspection.asked": {
    ja: "{actor}がルーム「{subject}」の閲覧を申請しました（{days}日間）。理由：{reason}",
    en: "{actor} asked to inspect the room {subject} ({days} days). Reason: {reason}",
  },
  "inspection.granted": {
    ja: "{actor}がルーム「{subject}」の閲覧に同意しました。理由：{reason}",
    en: "{actor} consented to the inspection of the room {subject}. Reason: {reason}",
  },
  "inspection.refused": {
    ja: "{actor}がルーム「{subject}」の閲覧を断りました。理由：{reason}",
    en: "{actor} refused the inspection of the room {subject}. Reason: {reason}",
  },
  "inspection.read": {
    ja: "{actor}が同意を得た閲覧としてルーム「{subject}」を読みました（{from}〜{to}）",
    en: "{actor} read the room {subject} in an inspection ({from}–{to})",
  },
  "use-review.opened": {
    ja: "{month} の利用状況の点検の一覧ができました（{entries}件、{actor}）",
    en: "the review of use of {month} began ({entries} entries, {actor})",
  },
  "use-review.reminded": {
    ja: "利用状況の点検で、見ていない項目が {left}件 あることを知らせました（{actor}）",
    en: "the office of audit was reminded of {left} entries of a review of use ({actor})",
  },
  "use-review.looked-at": {
    ja: "{actor}が利用状況の点検で「{subject}」の記録を見ました（{picked}）",
    en: "{actor} looked at the use of {subject} in a review ({picked})",
  },
  "use-review.judged": {
    ja: "{actor}が「{subject}」の利用状況を点検しました（{picked}、{judgement}）",
    en: "{actor} reviewed the use of {subject} ({picked}, {judgement})",
  },
  "use-review.exported": {
    ja: "{actor}が {month} の利用状況の点検を書き出しました。理由：{reason}",
    en: "{actor} exported the review of use of {month}. Reason: {reason}",
  },
  "use-review-rules.changed": {
    ja: "{actor}が利用状況の点検の目安を {from} の分から変更しました。理由：{reason}",
    en: "{actor} changed what the reviews of use pick from {from} on. Reason: {reason}",
  },
  "retention.proposed": {
    ja: "{actor}が保存期間の決まりを {from} から変えたいと申し出ました。理由：{reason}",
    en: "{actor} asked for terms of keeping from {from} on. Reason: {reason}",
  },
  "retention.accepted": {
    ja: "{actor}が {from} からの保存期間の決まりに同意しました。理由：{reason}",
    en: "{actor} consented to the terms of keeping from {from} on. Reason: {reason}",
  },
  "retention.refused": {
    ja: "{actor}が {from} からの保存期間の決まりを断りました。理由：{reason}",
    en: "{actor} refused the terms of keeping from {from} on. Reason: {reason}",
  },
  "legal-hold.placed": {
    ja: "{actor}が「{subject}」の記録を法的保全にしました。理由：{reason}",
    en: "{actor} placed a legal hold on {subject}. Reason: {reason}",
  },
  "legal-hold.confirmed": {
    ja: "{actor}が「{subject}」の法的保全に同意しました。理由：{reason}",
    en: "{actor} consented to the legal hold on {subject}. Reason: {reason}",
  },
  "legal-hold.refused": {
    ja: "{actor}が「{subject}」の法的保全を断りました。理由：{reason}",
    en: "{actor} refused the legal hold on {subject}. Reason: {reason}",
  },
  "legal-hold.release-asked": {
    ja: "{actor}が「{subject}」の法的保全を解きたいと申し出ました。理由：{reason}",
    en: "{actor} asked to end the legal hold on {subject}. Reason: {reason}",
  },
  "legal-hold.released": {
    ja: "{actor}が同意し、「{subject}」の法的保全が解かれました。理由：{reason}",
    en: "{actor} consented to the end of the legal hold on {subject}. Reason: {reason}",
  },
  "legal-hold.kept": {
    ja: "{actor}が「{subject}」の法的保全を解くことを断りました。理由：{reason}",
    en: "{actor} refused to end the legal hold on {subject}. Reason: {reason}",
  },
  "disposal.listed": {
    ja: "保存期間が満了した記録の一覧ができました（ルーム {rooms}件、うち法的保全 {held}件、{actor}）",
    en: "what is due for disposal was listed ({rooms} rooms, {held} of them held, {actor})",
  },
  "disposal.room-excluded": {
    ja: "{actor}がルーム「{subject}」を廃棄の一覧から外しました。理由：{reason}",
    en: "{actor} took the room {subject} out of a disposal. Reason: {reason}",
  },
  "disposal.approved": {
    ja: "{actor}が廃棄の一覧を承認しました。理由：{reason}",
    en: "{actor} approved a disposal. Reason: {reason}",
  },
  "disposal.consented": {
    ja: "{actor}が廃棄に同意しました。理由：{reason}",
    en: "{actor} consented to a disposal. Reason: {reason}",
  },
  "disposal.refused": {
    ja: "{actor}が廃棄を断りました。理由：{reason}",
    en: "{actor} refused a disposal. Reason: {reason}",
  },
  "disposal.room-held": {
    ja: "ルーム「{subject}」は法的保全のため廃棄しませんでした（{actor}）",
    en: "the room {subject} is under legal hold and was not disposed of ({actor})",
  },
  "disposal.room-done": {
    ja: "ルーム「{subject}」の満了した記録を廃棄しました（メッセージ {messages}件、ファイル {files}件、{actor}）",
    en: "what was due of the room {subject} was disposed of ({messages} messages, {files} files, {actor})",
  },
  "disposal.finished": {
    ja: "廃棄が終わりました（メッセージ {messages}件、ファイル {files}件、{actor}）",
    en: "a disposal is finished ({messages} messages, {files} files, {actor})",
  },
  "record-export.asked": {
    ja: "{actor}がルーム「{subject}」の公文書としての書き出しを申し出ました。理由：{reason}",
    en: "{actor} asked for the official record of the room {subject}. Reason: {reason}",
  },
  "record-export.consented": {
    ja: "{actor}がルーム「{subject}」の公文書としての書き出しに同意しました。理由：{reason}",
    en: "{actor} consented to the official record of the room {subject}. Reason: {reason}",
  },
  "record-export.refused": {
    ja: "{actor}がルーム「{subject}」の公文書としての書き出しを断りました。理由：{reason}",
    en: "{actor} refused the official record of the room {subject}. Reason: {reason}",
  },
  "record-export.written": {
    ja: "ルーム「{subject}」を公文書として書き出しました（{bytes}バイト、{actor}）",
    en: "the official record of the room {subject} was written ({bytes} bytes, {actor})",
  },
  "record-export.fetched": {
    ja: "{actor}がルーム「{subject}」の公文書としての書き出しを受け取りました",
    en: "{actor} fetched the official record of the room {subject}",
  },
  "inspection.told": {
    ja: "閲覧があったことをメンバーに知らせました（{actor}）",
    en: "the members were told of an inspection ({actor})",
  },
};
