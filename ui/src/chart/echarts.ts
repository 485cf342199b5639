// The parts of ECharts in use, and no more: this file and what it imports are a chunk of their own, loaded when the
// first picture is drawn.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([LineChart, BarChart, GridComponent, TooltipComponent, LabelLayout, CanvasRenderer, SVGRenderer]);

export type { EChartsOption, SeriesOption } from "echarts";

export { init };
