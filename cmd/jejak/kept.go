package main

// kept are the flags that say where a server's things lie.
type kept struct {
	Data    string `required:"" type:"path" env:"JEJAK_DATA" placeholder:"DIR" help:"Folder of everything that is kept; made when missing."`
	KeyFile string `type:"path" env:"JEJAK_KEY_FILE" placeholder:"FILE" help:"The root key, made at the first start; without this flag beside the data folder, with .key added to its name."`
}
