import { render } from "preact";
import { Overview } from "./app/Overview";
import "./ui/base.css";
import "./ui/components.css";
import "./app/overview.css";

const root = document.getElementById("root");
if (root) render(<Overview />, root);
