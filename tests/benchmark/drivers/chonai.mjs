// For the shared harness of the peers (`node bench.mjs chonai:chonai setup,A100`, on Node 24): the same driver, with the
// data folder of a running installation in CHONAI_DATA.
import chonaiDriver from "./chonai.ts";

export default () => chonaiDriver(process.env.CHONAI_DATA ?? "./data");
