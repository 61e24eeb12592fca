/** What stands in the archive beside the record, so that it can be read without Chonai. */
export const aboutRecord = `この書庫について
================

ルーム一つの記録です。Chonai が無くても読めます。

pdf/          読むための記録。PDF/A-2b（ISO 19005-2）。メッセージ 1,500 件ごとに一つ
room.json     ルーム、メンバー、書き出しの申し出と同意
messages.jsonl メッセージ。1 行に 1 件の JSON（UTF-8）
files.jsonl   ファイルの一覧。1 行に 1 件の JSON（UTF-8）
files/        ファイル。名前の前の数字は files.jsonl の順番
digests.txt   すべての SHA-256。確かめるには: sha256sum -c digests.txt

room.json        format は chonai-record-1
messages.jsonl   seq ルームの中の番号（欠番なし） / id / sentAt 協定世界時（RFC 3339） / sender 送った人（id, name, section）
                 operator 所属アカウントを操作した人 / body 本文（削除・廃棄されたものは null） / replyTo 返信先の番号
                 threadSeq 話題の最初の番号 / editedAt 書き直した時 / earlierTexts 書き直す前の文 / deletion 削除（at, by, reason）
files.jsonl      id / name / messageSeq 付けられたメッセージの番号 / classification 機密性 / uploadedBy / uploadedAt
                 origin 来た側 / path この書庫の中の場所（null は入っていない） / form original か、無害化したもの
                 leftOutBecause 入っていない理由

氏名と所属は、書き出した時のものです。削除・廃棄されたメッセージの中身は含みません。
`;
