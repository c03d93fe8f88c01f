/* A stand-in for hubfleet in tests of scripts/release: it answers what a release asks of the program. */
#include <stdio.h>
#include <string.h>

static const char *completion(const char *shell) {
    if (!strcmp(shell, "bash"))
        return "#!/bin/bash\n_hubfleet() { COMPREPLY=(up init); }\ncomplete -F _hubfleet hubfleet\n";
    if (!strcmp(shell, "zsh")) return "#compdef hubfleet\n_hubfleet() { compadd up init; }\n_hubfleet\n";
    return "complete -c hubfleet -f -a 'up init'\n";
}

static const char *help =
    "{\"serializationVersion\": 0, \"command\": {\"commandName\": \"hubfleet\", \"abstract\": \"Runs hubs.\","
    " \"discussion\": \"About fleets.\\n\\nhubfleet up    runs one\", \"shouldDisplay\": true, \"arguments\": ["
    "{\"kind\": \"flag\", \"abstract\": \"Show the version.\", \"isOptional\": true, \"isRepeating\": false,"
    " \"shouldDisplay\": true, \"valueName\": \"version\", \"names\": [{\"kind\": \"long\", \"name\": \"version\"}],"
    " \"preferredName\": {\"kind\": \"long\", \"name\": \"version\"}}],"
    " \"subcommands\": [{\"commandName\": \"up\", \"abstract\": \"Run hubs with `up`.\", \"shouldDisplay\": true,"
    " \"discussion\": \".hidden files stay\", \"arguments\": ["
    "{\"kind\": \"positional\", \"abstract\": \"Which.\", \"isOptional\": true, \"isRepeating\": true,"
    " \"shouldDisplay\": true, \"valueName\": \"selectors\"},"
    "{\"kind\": \"option\", \"abstract\": \"The form.\", \"isOptional\": true, \"isRepeating\": false,"
    " \"shouldDisplay\": true, \"valueName\": \"format\", \"allValues\": [\"table\", \"json\"],"
    " \"defaultValue\": \"table\", \"names\": [{\"kind\": \"long\", \"name\": \"format\"}],"
    " \"preferredName\": {\"kind\": \"long\", \"name\": \"format\"}}]}]}}\n";

int main(int count, char **arguments) {
    if (count > 1 && !strcmp(arguments[1], "--version")) return puts(VERSION) < 0;
    if (count > 2 && !strcmp(arguments[1], "--generate-completion-script"))
        return fputs(completion(arguments[2]), stdout) < 0;
    if (count > 1 && !strcmp(arguments[1], "--experimental-dump-help")) return fputs(help, stdout) < 0;
    return 2;
}
