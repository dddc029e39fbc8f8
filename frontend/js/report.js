// Draws the tables of a report: ECharts as SVG, so that it prints, scales, and follows light and dark.
import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, GridComponent, LegendComponent, SVGRenderer]);

const DRAWN = [];
const still = matchMedia("(prefers-reduced-motion: reduce)");
const words = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

/** The rows of a table: their names, and a series for each column of which cells have data-value. */
function read(table) {
  const heads = [...table.tHead.rows[0].cells].map(words);
  const rows = [...table.tBodies[0].rows];
  const columns = heads.map((_, place) => place).filter((place) => rows.some((row) => row.cells[place]?.dataset.value));
  return {
    names: rows.map((row) => words(row.cells[0])),
    series: columns.map((place) => ({
      name: heads[place],
      values: rows.map((row) => (row.cells[place].dataset.value ? Number(row.cells[place].dataset.value) : null)),
    })),
  };
}

function options({ names, series }, kind, wide) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const text = { color: colour("--ink-soft"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const number = new Intl.NumberFormat(document.documentElement.lang || "id", { maximumFractionDigits: 1 });
  const bars = kind === "bars";
  const category = { type: "category", data: names, inverse: bars, axisTick: { show: false }, axisLabel: { ...text, interval: 0, ...(bars ? { width: Math.min(170, 0.4 * wide), overflow: "truncate" } : { hideOverlap: true }) }, axisLine: { lineStyle: { color: colour("--line-strong") } } };
  const value = { type: "value", minInterval: 1, splitNumber: wide < 420 ? 3 : 5, axisLabel: { ...text, formatter: (n) => number.format(n) }, splitLine: { lineStyle: { color: colour("--line") } }, ...(bars ? { min: 0, max: 100 } : {}) };
  return {
    animation: !still.matches,
    animationDuration: 300,
    color: [colour("--fill"), colour("--coral")],
    textStyle: text,
    legend: series.length > 1 ? { top: 0, textStyle: text, selectedMode: false } : undefined,
    grid: { left: 4, right: 28, top: series.length > 1 ? 34 : 18, bottom: 4, containLabel: true },
    xAxis: bars ? value : category,
    yAxis: bars ? category : value,
    series: series.map(({ name, values }) => ({
      name, type: "bar", data: values, barMaxWidth: 26, silent: true, itemStyle: { borderRadius: 3 },
      label: { show: bars || series.length === 1, position: bars ? "right" : "top", ...text, formatter: ({ value: n }) => (n ? number.format(n) : "") },
    })),
  };
}

function draw(figure) {
  const table = figure.querySelector("table");
  const data = table && read(table);
  if (!data?.series.length || !data.names.length) return;
  const kind = figure.dataset.chart;
  const box = document.createElement("div");
  box.className = "chart-box";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", figure.dataset.title);
  box.style.height = kind === "bars" ? `${34 + 30 * data.names.length}px` : "230px";
  figure.prepend(box);
  const chart = echarts.init(box, null, { renderer: "svg" });
  chart.setOption(options(data, kind, box.clientWidth));
  DRAWN.push(() => {
    chart.resize();
    chart.setOption(options(data, kind, box.clientWidth));
  });
}

addEventListener("resize", () => redraw());
const redraw = () => DRAWN.forEach((again) => again());
for (const figure of document.querySelectorAll("[data-chart]")) draw(figure);
new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
