/**
 * Prints what is said in a room, from now on and without a gap, also over broken lines:
 *   API=http://127.0.0.1:8080/api/v1 TOKEN=… ROOM=… node follow-room.mjs
 * Node 22 or newer; no packages.
 */
const { API, TOKEN, ROOM } = process.env;

/** Where we are in the stream: what comes after it is new to us. */
let position;

function follow() {
  const socket = new WebSocket(`${API.replace("http", "ws")}/stream`);
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: TOKEN, position }));
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "ready") console.log("following");
    // Away for too long: the messages since then would be read with GET /rooms/{id}/messages?after=SEQ.
    if (frame.type === "reset") position = undefined;
    if (frame.type === "error") console.error(frame.code);
    if (frame.type === "message.sent" && frame.roomId === ROOM) console.log(`${frame.message.seq} ${frame.message.body}`);
    if ("position" in frame) position = frame.position;
  };
  // 4401 is a session that has ended: nothing to come back to.
  socket.onclose = ({ code }) => code !== 4401 && setTimeout(follow, 1_000);
}

follow();
