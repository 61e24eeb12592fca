/** Rows of known heights (in rem, so that they grow with the text): which are on the screen, and where each stands. */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";

const margin = 24;

export function useRows(heights: readonly number[]) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 60 });

  const offsets = useMemo(() => {
    const sums = [0];
    for (const height of heights) sums.push(sums.at(-1)! + height);
    return sums;
  }, [heights]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let asked = 0;
    const measure = () => {
      asked = 0;
      const rem = remInPixels();
      const top = Math.floor(element.scrollTop / rem / 4) * 4;
      const height = Math.ceil(element.clientHeight / rem);
      setView((now) => (now.top === top && now.height === height ? now : { top, height }));
    };
    const ask = () => {
      asked ||= requestAnimationFrame(measure);
    };
    measure();
    element.addEventListener("scroll", ask, { passive: true });
    const observer = new ResizeObserver(ask);
    observer.observe(element);
    return () => {
      cancelAnimationFrame(asked);
      element.removeEventListener("scroll", ask);
      observer.disconnect();
    };
  }, []);

  const reveal = useCallback(
    (index: number) => {
      const element = scroller.current;
      const top = offsets[index];
      const bottom = offsets[index + 1];
      if (!element || top === undefined || bottom === undefined) return;
      const rem = remInPixels();
      if (top * rem < element.scrollTop) element.scrollTop = top * rem;
      else if (bottom * rem > element.scrollTop + element.clientHeight)
        element.scrollTop = bottom * rem - element.clientHeight;
    },
    [offsets],
  );

  const from = Math.max(0, indexAt(offsets, view.top - margin));
  const to = Math.min(heights.length, indexAt(offsets, view.top + view.height + margin) + 1);
  return {
    scroller,
    visible: { from, to },
    total: offsets.at(-1)!,
    offsetOf: (index: number) => offsets[index] ?? 0,
    reveal,
  };
}

function indexAt(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function remInPixels(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
