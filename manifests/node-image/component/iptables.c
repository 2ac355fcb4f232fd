// iptables and its relatives, in the variant that this network already uses.
//
// A kernel keeps the rules of iptables-legacy and of iptables-nft apart, and rules in both of them
// get in each other's way. The engine has written its own rules before anything runs here: where it
// used the legacy variant for NAT, that table has rules, and everybody else follows.
#include <linux/netfilter_ipv4/ip_tables.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// What an untouched table has: one entry for each of four chains, and one that ends the table.
enum { ENTRIES_OF_EMPTY_NAT = 5 };

// Asking for a table makes the kernel create it, so only tables that it lists are asked for.
static int kernel_lists_legacy_nat(void) {
    FILE *tables = fopen("/proc/net/ip_tables_names", "re");
    char name[XT_TABLE_MAXNAMELEN + 1];
    int found = 0;
    while (tables && !found && fgets(name, sizeof name, tables)) {
        found = strcmp(name, "nat\n") == 0;
    }
    if (tables) {
        fclose(tables);
    }
    return found;
}

static int legacy_nat_has_rules(void) {
    struct ipt_getinfo info = {.name = "nat"};
    socklen_t size = sizeof info;
    int has_rules = 0;
    int kernel = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (kernel >= 0) {
        has_rules = getsockopt(kernel, IPPROTO_IP, IPT_SO_GET_INFO, &info, &size) == 0 &&
                    info.num_entries > ENTRIES_OF_EMPTY_NAT;
        close(kernel);
    }
    return has_rules;
}

int main(int argc, char **argv) {
    int legacy = kernel_lists_legacy_nat() && legacy_nat_has_rules();
    const char *program = legacy ? "/usr/sbin/xtables-legacy-multi" : "/usr/sbin/xtables-nft-multi";
    (void)argc;
    execv(program, argv);
    perror(program);
    return 111;
}
