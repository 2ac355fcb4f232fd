// The first process of a pod: holds the pod's namespaces, and takes in the children that lose
// their parents where the pod shares its process namespace.
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void leave(int signal_number) {
    (void)signal_number;
    _exit(0);
}

static void reap(int signal_number) {
    (void)signal_number;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

int main(int argument_count, char** arguments) {
    // `kubeadm upgrade plan` runs a Job of this image with "-v" and waits for it to end.
    if (argument_count == 2 && strcmp(arguments[1], "-v") == 0) {
        puts("pause.c " PAUSE_VERSION);
        return 0;
    }
    struct sigaction on_end = {.sa_handler = leave};
    struct sigaction on_child = {.sa_handler = reap, .sa_flags = SA_NOCLDSTOP};
    sigaction(SIGINT, &on_end, NULL);
    sigaction(SIGTERM, &on_end, NULL);
    sigaction(SIGCHLD, &on_child, NULL);
    for (;;) {
        pause();
    }
}
