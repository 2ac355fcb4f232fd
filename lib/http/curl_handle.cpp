// SPDX-License-Identifier: Apache-2.0
#include "http/curl_handle.hpp"

#include "base/text.hpp"
#include "http/sigpipe_guard.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>

namespace ingot::http {

namespace {

// curl_global_init must run once, before any handle, and not at the same time in two threads. A local static
// gives exactly that, and only to programs that speak HTTP. It is never undone: libcurl's clean-up would have
// to come after every thread that might still hold a handle.
void prepare_libcurl() {
  static const CURLcode kPrepared = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kPrepared != CURLE_OK) {
    throw base::Error(base::ErrorCode::internal, "libcurl cannot be prepared", curl_easy_strerror(kPrepared));
  }
}

// libcurl's own sockets would be inherited by the programs that we start.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void set_blob(void* easy, CURLoption option, const std::string& text) {
  if (text.empty()) {
    return;
  }
  curl_blob blob{};
  blob.data = const_cast<char*>(text.data());  // libcurl only reads it
  blob.len = text.size();
  blob.flags = CURL_BLOB_NOCOPY;
  curl_easy_setopt(easy, option, &blob);
}

void apply_tls(void* easy, const Tls& tls) {
  const long verify = tls.verify ? 1L : 0L;
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify * 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!tls.ca.empty()) {
    // A given authority replaces the system's store: its folder would stay trusted, and its bundle would be
    // read for nothing.
    curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    set_blob(easy, CURLOPT_CAINFO_BLOB, tls.ca);
  }
  set_blob(easy, CURLOPT_SSLCERT_BLOB, tls.certificate);
  set_blob(easy, CURLOPT_SSLKEY_BLOB, tls.key);
}

struct UrlParts {
  std::string scheme;  // with "://"
  std::string host;    // with brackets, when it is an IPv6 address
  std::string port;    // with ':', or empty
};

UrlParts split_url(const std::string& url) {
  const std::size_t mark = url.find("://");
  const std::size_t host_at = mark == std::string::npos ? 0 : mark + 3;
  const std::size_t end = std::min(url.find('/', host_at), url.size());
  const std::size_t bracket = url.find(']', host_at);
  const std::size_t colon = url.find(':', bracket < end ? bracket : host_at);
  const std::size_t host_end = std::min(colon, end);
  return {.scheme = url.substr(0, host_at),
          .host = url.substr(host_at, host_end - host_at),
          .port = url.substr(host_end, end - host_end)};
}

std::string bracketed(const std::string& host) {
  return !base::is_ipv6(host) || host.front() == '[' ? host : "[" + host + "]";
}

bool has_other_name(const Endpoint& endpoint) {
  return endpoint.tls && !endpoint.tls->server_name.empty();
}

}  // namespace

void EasyCloser::operator()(void* easy) const noexcept {
  const SigpipeGuard guard;
  curl_easy_cleanup(easy);
}

void MultiCloser::operator()(void* multi) const noexcept {
  const SigpipeGuard guard;
  curl_multi_cleanup(multi);
}

void ListCloser::operator()(curl_slist* list) const noexcept {
  curl_slist_free_all(list);
}

EasyHandle make_easy() {
  prepare_libcurl();
  EasyHandle easy(curl_easy_init());
  if (easy == nullptr) {
    throw base::Error(base::ErrorCode::environment, "out of memory for a connection");
  }
  return easy;
}

MultiHandle make_multi() {
  prepare_libcurl();
  MultiHandle multi(curl_multi_init());
  if (multi == nullptr) {
    throw base::Error(base::ErrorCode::environment, "out of memory for a connection");
  }
  return multi;
}

void append(StringList& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  if (longer == nullptr) {
    throw base::Error(base::ErrorCode::environment, "out of memory for a request");
  }
  static_cast<void>(list.release());  // the same list, or its new head
  list.reset(longer);
}

StringList connect_to(const Endpoint& endpoint) {
  StringList list;
  if (has_other_name(endpoint)) {
    const UrlParts real = split_url(endpoint.base_url);
    // Empty fields match any: whatever the URL says goes to the real host, on the port of the URL.
    append(list, "::" + real.host + ":");
  }
  return list;
}

void apply_endpoint(void* easy, const Endpoint& endpoint, const StringList& connect_to) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A stop does not wait for a name that is being looked up.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  // An empty proxy, and not none: none lets HTTP_PROXY and its kin apply.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (!endpoint.unix_socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, endpoint.unix_socket.c_str());
  } else {
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  }
  if (endpoint.tls) {
    apply_tls(easy, *endpoint.tls);
  }
  if (connect_to != nullptr) {
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.get());
  }
}

std::string url_of(const Endpoint& endpoint, const std::string& target) {
  const UrlParts parts = split_url(endpoint.base_url);
  const std::string host = has_other_name(endpoint) ? bracketed(endpoint.tls->server_name) : parts.host;
  return parts.scheme + host + parts.port + target;
}

std::string authority_of(const Endpoint& endpoint) {
  const UrlParts parts = split_url(endpoint.base_url);
  return parts.host + parts.port;
}

std::string name_of(const Endpoint& endpoint) {
  return endpoint.unix_socket.empty() ? endpoint.base_url : endpoint.unix_socket;
}

}  // namespace ingot::http
