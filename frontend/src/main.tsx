import { render } from "preact";
import { Overview } from "./pages/Overview";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/overview.css";

const root = document.getElementById("root");
if (root) render(<Overview />, root);
