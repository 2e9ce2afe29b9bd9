#compdef beffroi
autoload -Uz bashcompinit && bashcompinit
