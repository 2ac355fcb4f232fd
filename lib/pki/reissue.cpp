// SPDX-License-Identifier: Apache-2.0
// A certificate's successor is made of what the old one says, and not of what we would say: clusters of kind
// and kubeadm, and those that people have changed, stay as they are.
#include "base/error.hpp"
#include "pki/certificate.hpp"
#include "pki/certificate_parts.hpp"
#include "pki/inspect.hpp"

#include <algorithm>
#include <set>

namespace ingot::pki {

using base::Error;
using base::ErrorCode;
using namespace openssl;

namespace {

openssl::Certificate parse_leaf(const std::string& pem) {
  openssl::Certificate old = read_certificate(pem);
  if (X509_check_ca(old.get()) != 0) {
    throw Error(ErrorCode::untrusted, "an authority's certificate is not issued anew");
  }
  return old;
}

void copy_extension(X509* to, const X509* from, int nid) {
  const int index = X509_get_ext_by_NID(from, nid, -1);
  if (index >= 0) {
    require(X509_add_ext(to, X509_get_ext(from, index), -1), "add an extension to a certificate");
  }
}

// Those of the old one, whatever kinds they are, and of the others those that it has not.
void add_names(X509* to, const X509* from, const std::string& pem, const std::vector<std::string>& more) {
  int critical = 0;
  Names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(from, NID_subject_alt_name, &critical, nullptr)));
  if (!names) {
    names = Names(require(sk_GENERAL_NAME_new_null(), "make alternative names"));
  }
  const auto there = alternative_names(pem);
  for (const auto& name : std::set<std::string>(more.begin(), more.end())) {
    if (std::ranges::find(there, name) == there.end()) {
      is_ip_address(name) ? add_ip_address(names, name) : add_dns_name(names, name);
    }
  }
  add_extension(to, NID_subject_alt_name, names.get(), critical == 1);
}

}  // namespace

IssuedCertificate Authority::reissue(const std::string& certificate_pem, std::chrono::hours lifetime,
                                     const std::vector<std::string>& more_names) const {
  const openssl::Certificate old = parse_leaf(certificate_pem);
  const Key key = Key::make_like(require(X509_get0_pubkey(old.get()), "read a certificate's key"));
  const openssl::Certificate certificate(require(X509_new(), "make a certificate"));
  X509* made = certificate.get();
  require(X509_set_version(made, X509_VERSION_3), "set a certificate's version");
  set_serial(made);
  set_lifetime(made, lifetime, certificate_.get());
  require(X509_set_subject_name(made, X509_get_subject_name(old.get())), "set a subject");
  require(X509_set_issuer_name(made, X509_get_subject_name(certificate_.get())), "set an issuer");
  require(X509_set_pubkey(made, key.handle()), "set a certificate's key");
  copy_extension(made, old.get(), NID_key_usage);
  copy_extension(made, old.get(), NID_ext_key_usage);
  add_basic_constraints(made, false);
  add_key_identifiers(made, certificate_.get());
  if (more_names.empty()) {
    copy_extension(made, old.get(), NID_subject_alt_name);
  } else {
    add_names(made, old.get(), certificate_pem, more_names);
  }
  sign(made, key_);
  return {to_pem(made), key.private_pem()};
}

}  // namespace ingot::pki
