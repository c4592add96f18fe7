using Chat.Silo;

return await SiloProgram.Run(args);
