// The configuration of Envoy that does what the gateway does.

const LIMITS = "type.googleapis.com/envoy.extensions";
// More than any case has under way.
const MANY = 100_000;
const MOST_BYTES = 64 << 20;

function address(text) {
  const [host, port] = text.split(":");
  return { socket_address: { address: host, port_value: Number(port) } };
}

function transcoder(descriptors) {
  return {
    name: "transcoder",
    typed_config: {
      "@type": `${LIMITS}.filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder`,
      proto_descriptor: descriptors,
      services: ["bench.Echo"],
      print_options: { stream_newline_delimited: true, stream_sse_style_delimited: true },
    },
  };
}

function connectionManager(descriptors) {
  const route = { match: { prefix: "/" }, route: { cluster: "service", timeout: "0s" } };
  return {
    name: "http",
    typed_config: {
      "@type": `${LIMITS}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: "bench",
      codec_type: "HTTP1",
      route_config: { virtual_hosts: [{ name: "all", domains: ["*"], routes: [route] }] },
      http_filters: [
        transcoder(descriptors),
        {
          name: "router",
          typed_config: { "@type": `${LIMITS}.filters.http.router.v3.Router` },
        },
      ],
    },
  };
}

function cluster(service) {
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: address(service) } }] }];
  const most = { max_connections: MANY, max_pending_requests: MANY, max_requests: MANY };
  return {
    name: "service",
    type: "STATIC",
    load_assignment: { cluster_name: "service", endpoints },
    per_connection_buffer_limit_bytes: MOST_BYTES,
    circuit_breakers: { thresholds: [most] },
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": `${LIMITS}.upstreams.http.v3.HttpProtocolOptions`,
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  };
}

// `descriptors` is a file.
export function envoyConfig(listen, service, descriptors) {
  const listener = {
    address: address(listen),
    enable_reuse_port: true,
    per_connection_buffer_limit_bytes: MOST_BYTES,
    filter_chains: [{ filters: [connectionManager(descriptors)] }],
  };
  return JSON.stringify({
    static_resources: { listeners: [listener], clusters: [cluster(service)] },
  });
}
